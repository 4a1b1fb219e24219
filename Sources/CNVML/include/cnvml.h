// NVIDIA's management library (NVML), opened at run time: what cards say of themselves. Part of every driver, and of no build.
#ifndef CNVML_H
#define CNVML_H

#include "cmessage.h"

/// The library. It stays open until the process ends.
typedef struct cnvml cnvml;

/// What a card says now; NaN where it does not support the figure (NVML's status 3).
typedef struct {
    /// Share of the last moments in which a kernel ran, in percent.
    double utilisation;
    /// Used memory in bytes, that of all processes.
    double memory;
    /// Watts.
    double power;
    /// Degrees Celsius.
    double temperature;
    /// Joules since the driver was loaded.
    double energy;
} cnvml_reading;

/// Bytes of a card's UUID as text, the zero at the end included: "GPU-" or "MIG-", and 36 characters.
#define CNVML_UUID 41

/// Opens the library and begins its session.
///
/// - path: the library's file, or its name where the loader finds it: libnvidia-ml.so.1.
/// - message: why there is none, in one line.
/// Returns NULL where there is no library or no driver.
cnvml *cnvml_open(const char *path, cmessage *message);

/// Finds a card by its UUID: CUDA_VISIBLE_DEVICES renumbers cards, so numbers are no names.
///
/// Returns the card; NULL where this machine has no such card.
void *cnvml_card(const cnvml *library, const char *uuid);

/// Reads a card. Figures that fail are NaN, all of them where the card is lost.
void cnvml_read(const cnvml *library, void *card, cnvml_reading *out);

/// The UUID of a card that CUDA knows by a number, as this process sees its cards.
///
/// - path: a library that has CUDA's driver interface, as libcuda.so.1.
/// - number: from 0.
/// - uuid: 16 bytes.
/// Returns 0 where there is no such library or card, else 1.
int cnvml_uuid(const char *path, int number, unsigned char *uuid);

#endif
