#include "cnvml.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "clibrary.h"

// As nvml.h declares them; the library keeps old names working.
typedef struct {
    unsigned gpu, memory;
} utilisation;
typedef struct {
    unsigned version;
    unsigned long long total, reserved, free, used;
} memory_v2;
typedef struct {
    unsigned long long total, free, used;
} memory_v1;
enum { success = 0, temperature_of_gpu = 0 };

struct cnvml {
    int (*by_uuid)(const char *, void **);
    int (*utilisation)(void *, utilisation *);
    int (*memory_v2)(void *, memory_v2 *);
    int (*memory_v1)(void *, memory_v1 *);
    int (*power)(void *, unsigned *);
    int (*temperature)(void *, int, unsigned *);
    int (*energy)(void *, unsigned long long *);
};

cnvml *cnvml_open(const char *path, cmessage *message) {
    char text[sizeof message->text];
    void *library = clibrary_open(path, message);
    if (!library) return NULL;
    int (*begin)(void);
    clibrary_find(library, "nvmlInit_v2", &begin);
    const int status = begin ? begin() : -1;
    cnvml *out = status == success ? calloc(1, sizeof *out) : NULL;
    if (!out) {
        snprintf(
            text, sizeof text, begin ? "%s: NVML has not begun, status %d" : "%s: no NVML: nvmlInit_v2 is missing", path,
            status);
        cmessage_say(message, text);
        dlclose(library);
        return NULL;
    }
    clibrary_find(library, "nvmlDeviceGetHandleByUUID", &out->by_uuid);
    clibrary_find(library, "nvmlDeviceGetUtilizationRates", &out->utilisation);
    clibrary_find(library, "nvmlDeviceGetMemoryInfo_v2", &out->memory_v2);
    clibrary_find(library, "nvmlDeviceGetMemoryInfo", &out->memory_v1);
    clibrary_find(library, "nvmlDeviceGetPowerUsage", &out->power);
    clibrary_find(library, "nvmlDeviceGetTemperature", &out->temperature);
    clibrary_find(library, "nvmlDeviceGetTotalEnergyConsumption", &out->energy);
    return out;
}

void *cnvml_card(const cnvml *library, const char *uuid) {
    void *card = NULL;
    return library->by_uuid && library->by_uuid(uuid, &card) == success ? card : NULL;
}

static double used_memory(const cnvml *library, void *card) {
    memory_v2 second = {.version = sizeof second | 2u << 24};
    if (library->memory_v2 && library->memory_v2(card, &second) == success) return (double)second.used;
    memory_v1 first;
    if (library->memory_v1 && library->memory_v1(card, &first) == success) return (double)first.used;
    return NAN;
}

void cnvml_read(const cnvml *library, void *card, cnvml_reading *out) {
    utilisation rates;
    unsigned value;
    unsigned long long large;
    const int has_rates = library->utilisation && library->utilisation(card, &rates) == success;
    out->utilisation = has_rates ? rates.gpu : NAN;
    out->memory = used_memory(library, card);
    out->power = library->power && library->power(card, &value) == success ? value * 1e-3 : NAN;
    const int has_temperature =
        library->temperature && library->temperature(card, temperature_of_gpu, &value) == success;
    out->temperature = has_temperature ? value : NAN;
    out->energy = library->energy && library->energy(card, &large) == success ? (double)large * 1e-3 : NAN;
}

int cnvml_uuid(const char *path, int number, unsigned char *uuid) {
    void *library = clibrary_open(path, NULL);
    if (!library) return 0;
    int (*begin)(unsigned);
    int (*device)(int *, int);
    int (*newer)(unsigned char *, int), (*older)(unsigned char *, int);
    clibrary_find(library, "cuInit", &begin);
    clibrary_find(library, "cuDeviceGet", &device);
    clibrary_find(library, "cuDeviceGetUuid_v2", &newer);
    clibrary_find(library, "cuDeviceGetUuid", &older);
    int place;
    // Never closed: CUDA does not bear being unloaded.
    if (!begin || !device || begin(0) != success || device(&place, number) != success) return 0;
    // The newer function knows the parts of a card that is divided (MIG).
    if (newer && newer(uuid, place) == success) return 1;
    return older && older(uuid, place) == success;
}
