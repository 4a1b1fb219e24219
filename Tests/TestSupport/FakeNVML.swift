import Foundation

/// A library with the functions of NVML and of CUDA's driver that are in use, for machines without a card: one card that supports
/// everything, computes at 87 % and uses 1250 J more each time that it is asked, and one that supports nothing but its power.
package enum FakeNVML {
    /// The card that CUDA has as number 0.
    package static let whole = "GPU-00010203-0405-0607-0809-0a0b0c0d0e0f"
    /// The other.
    package static let poor = "GPU-ffffffff-ffff-ffff-ffff-ffffffffffff"

    /// Compiles it.
    ///
    /// - Parameter folder: Where.
    /// - Returns: The library's path.
    /// - Throws: Where no C compiler makes it.
    package static func build(in folder: TemporaryFolder) throws -> String {
        let source = try folder.write(text, to: "nvml.c")
        let library = "\(folder.path)/libnvidia-ml.so"
        let made = try Tool.shell("cc -shared -fPIC -o '\(library)' '\(source)'")
        guard made.status == 0 else { throw Failure(message: made.output) }
        return library
    }

    private struct Failure: Error { var message: String }

    private static let text = """
        #include <string.h>
        typedef struct { unsigned gpu, memory; } rates;
        typedef struct { unsigned version; unsigned long long total, reserved, free, used; } memory;
        static int whole, poor;
        static unsigned long long joules = 5000;
        int nvmlInit_v2(void) { return 0; }
        int nvmlDeviceGetHandleByUUID(const char *uuid, void **card) {
            *card = !strcmp(uuid, "\(whole)") ? &whole : !strcmp(uuid, "\(poor)") ? &poor : 0;
            return *card ? 0 : 6;
        }
        int nvmlDeviceGetUtilizationRates(void *card, rates *out) {
            if (card == &poor) return 3;
            return out->gpu = 87, out->memory = 20, 0;
        }
        int nvmlDeviceGetMemoryInfo_v2(void *card, memory *out) {
            if (card == &poor) return 3;
            if (out->version != 0x02000028) return 25;
            return out->used = 12345000000ull, 0;
        }
        int nvmlDeviceGetPowerUsage(void *card, unsigned *out) { return *out = 250500, 0; }
        int nvmlDeviceGetTemperature(void *card, int sensor, unsigned *out) {
            if (card == &poor || sensor != 0) return 3;
            return *out = 61, 0;
        }
        int nvmlDeviceGetTotalEnergyConsumption(void *card, unsigned long long *out) {
            if (card == &poor) return 3;
            return *out = (joules += 1250) * 1000, 0;
        }
        int cuInit(unsigned flags) { return flags; }
        int cuDeviceGet(int *device, int number) { return *device = number, number == 0 ? 0 : 101; }
        int cuDeviceGetUuid_v2(unsigned char *uuid, int device) {
            for (int i = 0; i < 16; i++) uuid[i] = i;
            return 0;
        }
        """
}
