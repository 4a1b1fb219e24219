import Glibc
import MammoCompute

extension DoctorFindings {
    /// What is here of what computing on an NVIDIA card needs. The members are named as the JSON keys are.
    struct Card: Encodable {
        /// Each with its name, capability and memory.
        var cards: [String] = []
        /// Why the driver cannot be used; nil where it can.
        var driver_problem: String?
        /// The plugin's path, where there is one.
        var plugin: String?
        /// Why the plugin cannot be opened; nil where it can.
        var plugin_problem: String?

        /// Looks where `--device cuda` looks.
        init() {
            plugin = CUDAPlugin.defaultPath
            driver_problem = Self.failure(toOpen: "libcuda.so.1")
            guard plugin != nil else { return }
            let opened: CUDAPlugin
            do throws(ComputeError) { opened = try CUDAPlugin() } catch {
                plugin_problem = error.description
                return
            }
            do throws(ComputeError) {
                cards = try opened.cards().map { card in
                    "\(card.number): \(card.name), sm_\(card.capability.major)\(card.capability.minor), "
                        + card.memory.asBytes
                }
                driver_problem = nil
            } catch {
                driver_problem = driver_problem ?? error.description
            }
        }

        /// The loader's reason; nil where the library opens.
        private static func failure(toOpen library: String) -> String? {
            if let handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL) {
                dlclose(handle)
                return nil
            }
            return dlerror().map { String(cString: $0) } ?? "cannot be opened"
        }
    }
}
