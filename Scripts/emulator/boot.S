// The ROM of the emulated machine: from the reset vector straight into Linux, without a BIOS.
//
// The emulator has laid one file into memory at 1 MiB: the kernel's protected-mode part, its
// boot parameters and the initial file system, each where IMAGE_END, BOOT_PARAMETERS and
// parameters.S say. All that is left is what Linux's 32-bit boot protocol asks of a loader:
// flat 32-bit segments 0x10 and 0x18, interrupts off, the parameters' address in ESI.

  .set KERNEL, 0x100000
  .set ROM, 0xffff0000
  .set BLOCK, 0x20000

  .section .text
base:
  .org 0xff00
  .code16
start:
  cli
  cld
  // Address line 20 open, so that odd mebibytes exist.
  inb $0x92, %al
  orb $2, %al
  outb %al, $0x92
  lgdtl %cs:descriptors_pointer - base
  movl %cr0, %eax
  orl $1, %eax
  movl %eax, %cr0
  ljmpl $0x10, $ROM + (protected - base)

  .code32
protected:
  movl $0x18, %eax
  movl %eax, %ds
  movl %eax, %es
  movl %eax, %fs
  movl %eax, %gs
  movl %eax, %ss

  // Bochs hands out its memory block by block, on first touch, in the order of touching, but
  // reads an image in one piece: the blocks of the image hold it only if they are touched in
  // ascending order before any other.
  movl $KERNEL, %ecx
touch:
  movb (%ecx), %al
  addl $BLOCK, %ecx
  cmpl $IMAGE_END, %ecx
  jb touch

  movl $0x90000, %esp
  movl $BOOT_PARAMETERS, %esi
  xorl %ebx, %ebx
  xorl %ebp, %ebp
  xorl %edi, %edi
  movl $KERNEL, %eax
  jmp *%eax

  .balign 8
descriptors:
  .quad 0
  .quad 0
  .quad 0x00cf9b000000ffff
  .quad 0x00cf93000000ffff
descriptors_pointer:
  .word descriptors_pointer - descriptors - 1
  .long ROM + (descriptors - base)

  // Where the CPU starts.
  .org 0xfff0
  .code16
  jmp start
  .org 0x10000
