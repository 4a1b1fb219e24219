import Glibc

/// How this process was started: by itself, or as one of several by mpirun, srun or Scripts/train-gpus. What the launcher has
/// put into the environment says so, without any MPI.
public struct ProcessLaunch: Equatable, Sendable {
    /// Which of the processes this one is, from 0.
    public let rank: Int
    /// How many there are; 1 for a process by itself.
    public let count: Int
    /// How many of them are on this machine, as far as the launcher says; else 1.
    public let countHere: Int
    /// Where processes with a card each find each other; nil for those that MPI joins.
    let meetingPlace: String?
    /// Something in the way it was started that can hardly be meant.
    public let warning: String?

    /// Reads what a launcher has said.
    ///
    /// - Parameter value: Gives the value of a variable of the environment; nil where there is none.
    public init(_ value: (String) -> String?) {
        func number(_ names: String...) -> Int? { names.compactMap { value($0).flatMap { Int($0) } }.first }
        // A process for each card: Scripts/train-gpus starts those of this machine, Slurm those of several.
        if let place = value("MAMMO_GROUP_FILE"), !place.isEmpty,
            let (rank, count) = Self.pair(number("MAMMO_RANK"), number("MAMMO_RANKS"))
                ?? Self.pair(number("SLURM_PROCID"), number("SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"))
        {
            (self.rank, self.count, meetingPlace, warning) = (rank, count, place, nil)
            countHere = min(count, max(1, number("MAMMO_RANKS", "SLURM_NTASKS_PER_NODE") ?? count))
            return
        }
        meetingPlace = nil
        // mpirun of OpenMPI; a PMI (MPICH, Intel MPI, srun --mpi=pmi2); a PMIx of Slurm, which leaves the count to Slurm.
        let started =
            Self.pair(number("OMPI_COMM_WORLD_RANK"), number("OMPI_COMM_WORLD_SIZE"))
            ?? Self.pair(number("PMI_RANK"), number("PMI_SIZE"))
            ?? Self.pair(number("PMIX_RANK"), number("SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"))
        (rank, count) = started ?? (0, 1)
        countHere = min(count, max(1, number("OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS") ?? 1))
        let tasks = number("SLURM_NTASKS") ?? 1
        warning =
            started == nil && tasks > 1
            ? "Slurm has \(tasks) tasks for this job, but this process was started by itself and trains alone: "
                + "start it with srun --mpi=pmix or mpirun" : nil
    }

    /// This process's.
    public static var current: ProcessLaunch { ProcessLaunch { name in getenv(name).map { String(cString: $0) } } }

    private static func pair(_ rank: Int?, _ count: Int?) -> (rank: Int, count: Int)? {
        guard let rank, let count, count >= 1, (0..<count).contains(rank) else { return nil }
        return (rank, count)
    }

    /// How many threads this process has to itself. A launcher that binds its processes to cores has divided them; one that
    /// does not leaves them all to each process on this machine.
    ///
    /// - Parameters:
    ///   - available: Cores that this process may use.
    ///   - machine: Cores that the machine has.
    /// - Returns: At least 1.
    public func cores(available: Int, machine: Int) -> Int {
        available < machine ? available : max(1, available / countHere)
    }

    /// Joins the processes.
    ///
    /// - Returns: Where there are several, over MPI, or over NCCL from `begin` on.
    /// - Throws: `ComputeError.processes` where MPI's plugin is missing or of no use.
    public func group() throws(ComputeError) -> any ProcessGroup {
        if count > 1, let meetingPlace {
            return CUDAProcessGroup(rank: rank, count: count, meetingPlace: meetingPlace)
        }
        return count > 1 ? try MPIProcessGroup(plugin: MPIPlugin.path, expecting: count) : SingleProcess()
    }
}
