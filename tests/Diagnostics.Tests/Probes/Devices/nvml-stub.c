/* Answers as NVIDIA's management library does: three devices, whose memory and use follow from their number. */
#include <string.h>

typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
typedef struct { unsigned int gpu, memory; } nvmlUtilization_t;

static const char* names[] = { NAMES };
static const char* identities[] = { "GPU-11111111-aaaa", "GPU-22222222-bbbb", "GPU-22333333-cccc" };
static int begun;

static int write_text(const char* from, char* text, unsigned int length) {
  if (strlen(from) + 1 > length) { return 7; }
  strcpy(text, from);
  return 0;
}

int nvmlInit_v2(void) { begun = 1; return INIT; }
int nvmlDeviceGetCount_v2(unsigned int* count) { *count = 3; return begun ? 0 : 1; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void** device) { if (index > 2) { return 2; } *device = (void*)(long)(index + 1); return 0; }
int nvmlDeviceGetUUID(void* device, char* text, unsigned int length) { return write_text(identities[(long)device - 1], text, length); }
int nvmlDeviceGetName(void* device, char* text, unsigned int length) { return write_text(names[(long)device - 1], text, length); }
int nvmlDeviceGetHandleByUUID(const char* identity, void** device) {
  for (long i = 0; i < 3; i++) { if (strcmp(identity, identities[i]) == 0) { *device = (void*)(i + 1); return 0; } }
  return 6;
}
int nvmlDeviceGetMemoryInfo(void* device, nvmlMemory_t* memory) {
  memory->total = 80ULL << 30; memory->used = (unsigned long long)(long)device << 33; memory->free = memory->total - memory->used;
  return 0;
}
int nvmlDeviceGetUtilizationRates(void* device, nvmlUtilization_t* use) {
  if ((long)device == 3) { return 3; }
  use->gpu = 40 + (unsigned int)(long)device; use->memory = 99;
  return 0;
}
