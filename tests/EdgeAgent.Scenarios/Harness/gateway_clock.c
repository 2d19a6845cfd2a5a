// A gateway's clock as a scenario wants it, by LD_PRELOAD: wall time moved by an offset, and the kernel's word on whether it is synchronised.
// GATEWAY_CLOCK names a file of 16 bytes: i64 offset [ns], i64 1 when synchronised. The scenario writes it while the process runs.
// Monotonic time is left alone, as a step of the wall clock leaves it. librdkafka waits by wall time (cnd_timedwait), so a step lengthens or ends those waits.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *shared;
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static void *(*real_dlsym)(void *, const char *);

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("GATEWAY_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *mapped = mmap(NULL, 16, PROT_READ, MAP_SHARED, file, 0);
    if (mapped != MAP_FAILED) shared = mapped;
    close(file);
}

// dlvsym is not overridden, so it gives the C library's own; glibc 2.34, where dlsym moved into libc, is older than what the binary needs.
static void *own(const char *name)
{
    if (!real_dlsym) real_dlsym = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
    return real_dlsym(RTLD_NEXT, name);
}

int clock_gettime(clockid_t clock, struct timespec *to)
{
    if (!real_clock_gettime) real_clock_gettime = own("clock_gettime");
    int result = real_clock_gettime(clock, to);
    if (result == 0 && shared && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    {
        int64_t ns = to->tv_sec * 1000000000LL + to->tv_nsec + shared[0];
        to->tv_sec = ns / 1000000000LL;
        to->tv_nsec = ns % 1000000000LL;
    }

    return result;
}

int gettimeofday(struct timeval *to, void *zone)
{
    (void)zone;
    struct timespec now;
    int result = clock_gettime(CLOCK_REALTIME, &now);
    to->tv_sec = now.tv_sec;
    to->tv_usec = now.tv_nsec / 1000;
    return result;
}

time_t time(time_t *to)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (to) *to = now.tv_sec;
    return now.tv_sec;
}

// Slices, so that a step is met while waiting; waking early without cause is allowed to a condition variable.
int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *until)
{
    static int (*real)(cnd_t *, mtx_t *, const struct timespec *);
    if (!real) real = (int (*)(cnd_t *, mtx_t *, const struct timespec *))own("cnd_timedwait");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t left = (until->tv_sec - now.tv_sec) * 1000000000LL + until->tv_nsec - now.tv_nsec;
    int64_t slice = left < 20000000LL ? left : 20000000LL;
    if (slice <= 0) return thrd_timedout;
    int64_t end = now.tv_sec * 1000000000LL + now.tv_nsec + slice - (shared ? shared[0] : 0);
    struct timespec to = {end / 1000000000LL, end % 1000000000LL};
    int result = real(condition, mutex, &to);
    return result == thrd_timedout && slice < left ? thrd_success : result;
}

int adjtimex(struct timex *to)
{
    int isSynchronised = shared && shared[1];
    to->status = isSynchronised ? 0 : STA_UNSYNC;
    return isSynchronised ? TIME_OK : TIME_ERROR;
}

// The binary finds adjtimex in the C library by name, past any preloaded one.
void *dlsym(void *library, const char *name)
{
    if (strcmp(name, "adjtimex") == 0) return (void *)adjtimex;
    if (!real_dlsym) own("dlsym");
    return real_dlsym(library, name);
}
