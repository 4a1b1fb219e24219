import Glibc
import MammoCompute

extension DoctorFindings {
    /// What this machine has of what computing on an NVIDIA card needs. The members are named as the JSON keys are.
    struct Card: Encodable {
        /// What the plugin contains code for.
        var architectures: String?
        /// Each with its name, architecture and memory.
        var cards: [String] = []
        /// cuBLASLt's file and version.
        var cublaslt: String?
        /// Why cuBLASLt cannot be used; nil where it can.
        var cublaslt_problem: String?
        /// The newest CUDA that the driver supports.
        var driver: String?
        /// Why the driver cannot be used; nil where it can.
        var driver_problem: String?
        /// NCCL's file and version.
        var nccl: String?
        /// Why NCCL cannot be used; nil where it can.
        var nccl_problem: String?
        /// The plugin's path, where there is one.
        var plugin: String?
        /// Why the plugin cannot be opened; nil where it can.
        var plugin_problem: String?
        /// Why the plugin cannot use a card, in a line each.
        var refusals: [String] = []
        /// The CUDA that the plugin was built with.
        var toolkit: String?

        /// Looks where `--device cuda` looks.
        init(_ files: CUDAFiles) {
            plugin = files.plugin ?? CUDAPlugin.defaultPath
            driver_problem = Self.failure(toOpen: "libcuda.so.1")
            guard plugin != nil else { return }
            let opened: CUDAPlugin
            do throws(ComputeError) { opened = try CUDAPlugin(files) } catch {
                plugin_problem = error.description
                return
            }
            (architectures, toolkit, driver) = (opened.architectures, opened.toolkit, opened.driver)
            do throws(ComputeError) {
                let found = try opened.cards()
                cards = found.map { "\($0.number): \($0.name), \($0.architecture), \($0.memory.asBytes)" }
                refusals = found.compactMap(\.refusal)
                driver_problem = nil
            } catch {
                driver_problem = error.description
            }
            (cublaslt, cublaslt_problem) = Self.find(.cuBLASLt, by: opened)
            (nccl, nccl_problem) = Self.find(.nccl, by: opened)
        }

        private static func find(_ library: CUDALibrary, by plugin: CUDAPlugin) -> (found: String?, problem: String?) {
            do throws(ComputeError) {
                let place = try plugin.find(library)
                return ("\(place.version), \(place.path)", nil)
            } catch {
                return (nil, error.description)
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
