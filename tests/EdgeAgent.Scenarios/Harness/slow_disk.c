/* A slow disk: every fsync and fdatasync of the process takes SLOW_DISK_MS longer. Preloaded; compiled by SlowDisk.cs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

static void wait_for_the_disk(void)
{
    const char *text = getenv("SLOW_DISK_MS");
    long milliseconds = text ? atol(text) : 0;
    struct timespec left = { milliseconds / 1000, milliseconds % 1000 * 1000000 };
    while (nanosleep(&left, &left) == -1 && errno == EINTR) { }
}

static int then(const char *name, int file)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    wait_for_the_disk();
    return real(file);
}

int fsync(int file) { return then("fsync", file); }

int fdatasync(int file) { return then("fdatasync", file); }
