import ArgumentParser
import CProcess
import Glibc
import MammoCompute

@main
enum Program {
    static func main() {
        // As mammo does: memory that one pass frees the next one takes, without the kernel clearing it again.
        cprocess_keep_memory()
        do {
            var command = try BenchNetwork.parseAsRoot()
            try command.run()
        } catch let error as ComputeError {
            let line = Array("bench-network: \(error)\n".utf8)
            write(STDERR_FILENO, line, line.count)
            exit(BenchStatus.after(error))
        } catch {
            BenchNetwork.exit(withError: error)
        }
    }
}

/// Times a ConvNeXt and writes what it computes.
struct BenchNetwork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-network",
        abstract: "Time a ConvNeXt on the CPU or on an NVIDIA card, and write what it computes for comparison.",
        discussion: """
            EXAMPLES
              bench-network forward --size 2048x1024 --batch 8 --device cuda --amp bf16 --warm-up 3 --runs 10
              bench-network train --size 512x256 --batch 26 --device cuda --amp fp16
              bench-network int8 --size 1024x512
              bench-network layers --training
              bench-network weights begin.safetensors --arch tiny --size 2048x1024 --seed 1
              bench-network features weights.safetensors input.safetensors output.safetensors --device cuda
              bench-network follow weights.safetensors batches.safetensors final.safetensors --amp bf16 --device cuda

            Scripts/peers compares and times these beside PyTorch. Exit status: 0 done; 1 failed; 64 wrong arguments;
            69 no such device here; 71 not enough memory.
            """,
        subcommands: [
            CompareInt8.self, Features.self, Follow.self, Forward.self, Layers.self, Readers.self, Train.self,
            RandomWeights.self,
        ])
}

/// Exit statuses, after sysexits.h.
enum BenchStatus {
    /// EX_UNAVAILABLE: the device cannot be used here.
    private static let unavailable: Int32 = 69
    /// EX_OSERR: the device's memory does not suffice.
    private static let outOfMemory: Int32 = 71

    static func after(_ error: ComputeError) -> Int32 {
        switch error {
        case .unavailable: unavailable
        case .outOfMemory: outOfMemory
        default: 1
        }
    }
}
