// Linux's boot parameters ("zero page") and command line, in two pages: the kernel's own setup
// header with the fields that a loader fills in, and a memory map of two ranges.
// Offsets as in the kernel's Documentation/arch/x86/boot.rst and zero-page.rst.

  .section .text
  .org 0x1e8
  .byte 2                                              // entries in the memory map
  .org 0x1f1
  .incbin "vmlinuz", 0x1f1, 0x210 - 0x1f1
  .byte 0xff                                           // type_of_loader: none of the registered
  .incbin "vmlinuz", 0x211, 0x218 - 0x211
  .long RAMDISK, RAMDISK_SIZE                          // ramdisk_image, ramdisk_size
  .incbin "vmlinuz", 0x220, 0x228 - 0x220
  .long BOOT_PARAMETERS + 0x1000                       // cmd_line_ptr
  .incbin "vmlinuz", 0x22c, HEADER_END - 0x22c
  .org 0x2d0
  .quad 0, 0x9fc00
  .long 1                                              // usable
  .quad 0x100000, MEMORY - 0x100000
  .long 1
  .org 0x1000
  .incbin "cmdline"
  .byte 0
  .org 0x2000
