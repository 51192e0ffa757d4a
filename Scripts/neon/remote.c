// The caller's side: servers, one for each processor at most, are started when they are first
// wanted, and end with this process. Each call takes one that is free.

#define _GNU_SOURCE

#include "remote.h"

#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

extern char **environ;

_Noreturn static void fail(const char *what) {
  perror(what);
  abort();
}

// MARK: - Servers

typedef struct {
  int socket, exchange;
  bool running, busy;
} server;

enum { MOST_SERVERS = 64, MOST_STRINGS = 1024 };

static struct {
  pthread_mutex_t mutex;
  pthread_cond_t freed;
  server servers[MOST_SERVERS];
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER, .freed = PTHREAD_COND_INITIALIZER};

static void start(server *s) {
  int sockets[2];
  if (s->exchange == 0) s->exchange = memfd_create("kernel-calls", MFD_CLOEXEC);
  if (s->exchange < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sockets) != 0)
    fail("kernel server: socket");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, sockets[1], 0);
  posix_spawn_file_actions_adddup2(&actions, s->exchange, 1);
  char *arguments[] = {EMULATOR, SERVER, NULL};
  pid_t process;
  if (posix_spawnp(&process, EMULATOR, &actions, NULL, arguments, environ) != 0)
    fail("kernel server: " EMULATOR);
  posix_spawn_file_actions_destroy(&actions);
  close(sockets[1]);
  s->socket = sockets[0];
  s->running = true;
}

static server *take(void) {
  const long processors = sysconf(_SC_NPROCESSORS_ONLN);
  const long count = processors < MOST_SERVERS ? processors : MOST_SERVERS;
  pthread_mutex_lock(&pool.mutex);
  server *free = NULL;
  while (!free) {
    for (long i = 0; i < count && !free; i++)
      if (!pool.servers[i].busy) free = &pool.servers[i];
    if (!free) pthread_cond_wait(&pool.freed, &pool.mutex);
  }
  free->busy = true;
  pthread_mutex_unlock(&pool.mutex);
  if (!free->running) start(free);
  return free;
}

static void give_back(server *s) {
  pthread_mutex_lock(&pool.mutex);
  s->busy = false;
  pthread_cond_signal(&pool.freed);
  pthread_mutex_unlock(&pool.mutex);
}

static call_reply ask(server *s, const call_request *request) {
  call_reply reply;
  if (write(s->socket, request, sizeof *request) != sizeof *request ||
      read(s->socket, &reply, sizeof reply) != sizeof reply)
    fail("kernel server: it ended without an answer");
  return reply;
}

// MARK: - Calls

// Writes memory to the file as far as it can be read.
static size_t put(int file, const char *from, size_t bytes, uint64_t place) {
  size_t sent = 0;
  while (sent < bytes) {
    const ssize_t done = pwrite(file, from + sent, bytes - sent, (off_t)(place + sent));
    if (done <= 0) break;
    sent += (size_t)done;
  }
  return sent;
}

static void get(int file, char *to, size_t bytes, uint64_t place) {
  for (size_t got = 0; got < bytes;) {
    const ssize_t done = pread(file, to + got, bytes - got, (off_t)(place + got));
    if (done <= 0) fail("kernel server: exchange file");
    got += (size_t)done;
  }
}

bool remote_peek(const void *from, void *to, size_t bytes) {
  const struct iovec local = {to, bytes}, remote = {(void *)from, bytes};
  return process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == (ssize_t)bytes;
}

// The region of memory from `start` on: a new one, or one that overlaps it, made to hold it too.
static int region(remote_call *call, const char *start, size_t bytes, call_region_use use) {
  call_request *r = &call->request;
  for (uint32_t i = 0; i < r->regions_count; i++) {
    call_region *other = &r->regions[i];
    const char *first = call->starts[i], *last = first + other->bytes, *end = start + bytes;
    const bool writes = use == REGION_WRITTEN || other->use == REGION_WRITTEN;
    if (!writes || bytes == 0 || other->bytes == 0 || start >= last || end <= first) continue;
    call->starts[i] = start < first ? start : first;
    other->bytes = (size_t)((end > last ? end : last) - call->starts[i]);
    other->use = REGION_WRITTEN;
    return (int)i;
  }
  if (r->regions_count == REGIONS) fail("kernel server: a call with too many regions");
  const int index = (int)r->regions_count++;
  call->starts[index] = start;
  r->regions[index] = (call_region){.bytes = bytes, .use = use};
  return index;
}

static int point(remote_call *call, int holder, uint64_t where, const void *pointer, size_t bytes,
                 call_region_use use) {
  const size_t most = (size_t)1 << 36;  // of a call that is meant
  if (!pointer) return NO_REGION;
  call_request *r = &call->request;
  if (r->addresses_count == ADDRESSES) fail("kernel server: a call with too many addresses");
  const uint32_t index = r->addresses_count++;
  call->targets[index] = pointer;
  const int target = region(call, pointer, bytes < most ? bytes : 0, use);
  r->addresses[index] = (call_address){.holder = holder, .region = target, .where = where};
  return target;
}

void remote_word(remote_call *call, uint64_t word) {
  if (call->words == WORDS) fail("kernel server: a call with too many arguments");
  call->request.words[call->words++] = word;
}

void remote_float(remote_call *call, float value) {
  if (call->reals == REALS) fail("kernel server: a call with too many floats");
  call->request.reals[call->reals++] = value;
}

int remote_pointer(remote_call *call, const void *pointer, size_t bytes, call_region_use use) {
  const int target = point(call, NO_REGION, (uint64_t)call->words, pointer, bytes, use);
  remote_word(call, 0);
  return target;
}

int remote_member(remote_call *call, int holder, size_t offset, const void *pointer, size_t bytes,
                  call_region_use use) {
  return point(call, holder, offset, pointer, bytes, use);
}

static void send_regions(remote_call *call, int file) {
  call_request *r = &call->request;
  uint64_t place = 0;
  for (uint32_t i = 0; i < r->regions_count; i++) {
    call_region *region = &r->regions[i];
    region->place = place;
    region->alignment = (uintptr_t)call->starts[i] % 64;
    if (region->use != REGION_SCRATCH)
      region->bytes = put(file, call->starts[i], region->bytes, place);
    place += (region->bytes + 63) / 64 * 64;
  }
  for (uint32_t i = 0; i < r->addresses_count; i++) {
    call_address *address = &r->addresses[i];
    address->offset = (uint64_t)(call->targets[i] - call->starts[address->region]);
  }
  for (size_t i = 0; i < VARIABLES; i++) {
    const char *value = getenv(call_variables[i]);
    snprintf(r->variables[i], VARIABLE_BYTES, "%s", value ? value : "");
  }
}

uint64_t remote_run(remote_call *call) {
  server *s = take();
  send_regions(call, s->exchange);
  const call_reply reply = ask(s, &call->request);
  const call_request *r = &call->request;
  if (*reply.violation) {
    fprintf(stderr, "kernel server: %s\n", reply.violation);
    close(s->socket);  // it may be gone, and another one is as good
    s->running = false;
  } else {
    for (uint32_t i = 0; i < r->regions_count; i++)
      if (r->regions[i].use == REGION_WRITTEN)
        get(s->exchange, (char *)call->starts[i], r->regions[i].bytes, r->regions[i].place);
  }
  give_back(s);
  return *reply.violation ? REMOTE_VIOLATION : reply.result;
}

// MARK: - Strings

const char *remote_string(uint64_t address) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static struct { uint64_t address; char *text; } strings[MOST_STRINGS];
  if (address == 0) return NULL;
  pthread_mutex_lock(&mutex);
  size_t i = 0;
  while (i < MOST_STRINGS && strings[i].text && strings[i].address != address) i++;
  if (i == MOST_STRINGS) fail("kernel server: too many strings");
  if (!strings[i].text) {
    char text[1024] = "";
    server *s = take();
    const call_request request = {.function = READ_STRING, .words = {address}};
    ask(s, &request);
    if (pread(s->exchange, text, sizeof text - 1, 0) < 0) fail("kernel server: exchange file");
    give_back(s);
    strings[i].address = address;
    strings[i].text = strdup(text);
  }
  pthread_mutex_unlock(&mutex);
  return strings[i].text;
}
