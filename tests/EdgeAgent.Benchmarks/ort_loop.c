/* The ceiling of scoring: ONNX Runtime called in a loop from C, with nothing around it.
 *
 *   ort_loop LIBRARY MODEL FEATURES ROWS CALLS
 *
 * Runs a model of one float input x [n, FEATURES] and one float output y of the same shape over memory taken once, and prints the fastest
 * of 40 rounds of CALLS calls by processor time: "ROWS rows N ns/call". Functions are taken from the table that OrtGetApiBase gives, by place
 * (onnxruntime_c_api.h, order of struct OrtApi), so that no header is needed to build it: cc -O2 ort_loop.c -ldl.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
  GET_ERROR_MESSAGE = 2, CREATE_ENV = 3, CREATE_SESSION = 7, RUN = 9, CREATE_SESSION_OPTIONS = 10, SET_OPTIMIZATION = 23,
  SET_INTRA_THREADS = 24, CREATE_RUN_OPTIONS = 39, CREATE_TENSOR = 49, CREATE_CPU_MEMORY_INFO = 69
};
typedef struct { void **(*get_api)(uint32_t); const char *(*version)(void); } api_base;

static void **api;

static void check(void *status) {
  if (!status) return;
  fprintf(stderr, "%s\n", ((const char *(*)(void *))api[GET_ERROR_MESSAGE])(status));
  exit(1);
}

static double cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 6) return fprintf(stderr, "usage: ort_loop LIBRARY MODEL FEATURES ROWS CALLS\n"), 64;
  int64_t features = atol(argv[3]), rows = atol(argv[4]), calls = atol(argv[5]), shape[2] = {rows, features};
  void *library = dlopen(argv[1], RTLD_NOW);
  if (!library) return fprintf(stderr, "%s\n", dlerror()), 1;
  api = ((api_base *(*)(void))dlsym(library, "OrtGetApiBase"))()->get_api(23);
  void *env, *options, *session, *memory, *run, *in, *out;
  check(((void *(*)(int, const char *, void **))api[CREATE_ENV])(4, "loop", &env));
  check(((void *(*)(void **))api[CREATE_SESSION_OPTIONS])(&options));
  check(((void *(*)(void *, int))api[SET_OPTIMIZATION])(options, 99));
  check(((void *(*)(void *, int))api[SET_INTRA_THREADS])(options, 1));
  check(((void *(*)(void *, const char *, void *, void **))api[CREATE_SESSION])(env, argv[2], options, &session));
  check(((void *(*)(int, int, void **))api[CREATE_CPU_MEMORY_INFO])(1, 0, &memory));
  check(((void *(*)(void **))api[CREATE_RUN_OPTIONS])(&run));
  size_t bytes = (size_t)(rows * features) * sizeof(float);
  float *x = calloc(1, bytes), *y = calloc(1, bytes);
  for (int64_t i = 0; i < rows * features; i++) x[i] = (float)(i % 7) / 7;
  void *(*create)(void *, void *, size_t, const int64_t *, size_t, int, void **) = (void *)api[CREATE_TENSOR];
  check(create(memory, x, bytes, shape, 2, 1, &in));
  check(create(memory, y, bytes, shape, 2, 1, &out));
  void *(*call)(void *, void *, const char *const *, void *const *, size_t, const char *const *, size_t, void **) = (void *)api[RUN];
  const char *const input_names[] = {"x"}, *const output_names[] = {"y"};
  double best = 1e300;
  for (int round = 0; round < 42; round++) {
    double start = cpu_ns();
    for (int64_t i = 0; i < calls; i++) check(call(session, run, input_names, &in, 1, output_names, 1, &out));
    double took = (cpu_ns() - start) / calls;
    if (round >= 2 && took < best) best = took;
  }
  printf("%ld rows %.0f ns/call\n", (long)rows, best);
  return 0;
}
