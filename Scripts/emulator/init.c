// The first and only process of the emulated machine: runs one program, carries its output out
// through the parallel ports, reports how it ended, and switches the machine off.
//
// The parallel ports, because Bochs puts each byte into a file at once: its serial port takes
// the time that a real line would, which is thousands of instructions a byte.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum {
  output_port = 0x378,
  error_port = 0x278,
  strobe_on = 0x0d,
  strobe_off = 0x0c,
  shutdown_port = 0x8900,  // Bochs ends when the word "Shutdown" arrives here
};

static void fail(const char *what) {
  printf("emulator: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void print(unsigned short port, const char *bytes, ssize_t count) {
  for (ssize_t i = 0; i < count; i++) {
    outb((unsigned char)bytes[i], port);
    outb(strobe_on, port + 2);
    outb(strobe_off, port + 2);
  }
}

// Reads a file of zero-terminated strings into an array that ends with a null pointer.
static char **read_strings(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  char **strings = NULL;
  size_t count = 0, room = 0;
  for (;;) {
    strings = realloc(strings, (count + 1) * sizeof *strings);
    if (!strings) fail("realloc");
    strings[count] = NULL;
    if (getdelim(&strings[count], &room, 0, file) < 0) break;
    count++;
    room = 0;
  }
  strings[count] = NULL;
  fclose(file);
  return strings;
}

static void run(char **arguments, char **environment, int output, int error) {
  char **directory = read_strings("/emulator/directory");
  int input = open("/dev/null", O_RDONLY);
  if (input < 0 || chdir(directory[0]) < 0) fail(directory[0]);
  dup2(input, 0);
  dup2(output, 1);
  dup2(error, 2);
  close_range(3, ~0U, 0);
  execve(arguments[0], arguments, environment);
  fprintf(stderr, "emulator: can't run %s: %s\n", arguments[0], strerror(errno));
  _exit(127);
}

static void carry(int output, int error) {
  struct pollfd pipes[2] = {{output, POLLIN, 0}, {error, POLLIN, 0}};
  const unsigned short ports[2] = {output_port, error_port};
  char bytes[4096];
  while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
    if (poll(pipes, 2, -1) < 0 && errno != EINTR) fail("poll");
    for (int i = 0; i < 2; i++) {
      if (pipes[i].fd < 0 || !pipes[i].revents) continue;
      ssize_t count = read(pipes[i].fd, bytes, sizeof bytes);
      if (count > 0) print(ports[i], bytes, count);
      else pipes[i].fd = -1;
    }
  }
}

int main(void) {
  // The emulated time-stamp counter counts instructions.
  const unsigned long long booted = __builtin_ia32_rdtsc();
  mkdir("/proc", 0755);
  mkdir("/sys", 0755);
  mkdir("/dev", 0755);
  mount("proc", "/proc", "proc", 0, NULL);
  mount("sys", "/sys", "sysfs", 0, NULL);
  mount("dev", "/dev", "devtmpfs", 0, NULL);
  symlink("/proc/self/fd", "/dev/fd");
  mkdir("/dev/shm", 0777);
  int console = open("/dev/console", O_RDWR);
  dup2(console, 0);
  dup2(console, 1);
  dup2(console, 2);
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
  if (iopl(3) < 0) fail("iopl");

  // From here on the kernel may say why it ended a process.
  int level = open("/proc/sys/kernel/printk", O_WRONLY);
  if (level >= 0) write(level, "7\n", 2);

  char **arguments = read_strings("/emulator/arguments");
  char **environment = read_strings("/emulator/environment");
  int output[2], error[2];
  if (pipe2(output, O_CLOEXEC) < 0 || pipe2(error, O_CLOEXEC) < 0) fail("pipe");
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) run(arguments, environment, output[1], error[1]);
  close(output[1]);
  close(error[1]);
  carry(output[0], error[0]);
  int status = 0;
  if (waitpid(child, &status, 0) < 0) fail("wait");

  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printf("\nemulator: ended %d %llu %llu\n", code, booted, __builtin_ia32_rdtsc() - booted);
  tcdrain(1);
  for (const char *letter = "Shutdown"; *letter; letter++) {
    outb((unsigned char)*letter, shutdown_port);
  }
  for (;;) pause();
}
