import MammoCompute
import Testing

@Suite("How processes are started")
struct ProcessLaunchTests {
    @Test(
        "What a launcher says",
        arguments: [
            ([:], 0, 1, false),
            (["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4", "SLURM_NTASKS": "4"], 3, 4, false),
            (["PMI_RANK": "1", "PMI_SIZE": "2"], 1, 2, false),
            (["PMIX_RANK": "1", "SLURM_NTASKS": "4", "SLURM_STEP_NUM_TASKS": "2"], 1, 2, false),
            (["PMIX_RANK": "0", "SLURM_NTASKS": "1"], 0, 1, false),
            (["SLURM_NTASKS": "1"], 0, 1, false),
            (["SLURM_NTASKS": "4", "SLURM_PROCID": "2"], 0, 1, true),
            (["MAMMO_GROUP_FILE": "g", "MAMMO_RANK": "1", "MAMMO_RANKS": "2", "SLURM_NTASKS": "4"], 1, 2, false),
            (["MAMMO_GROUP_FILE": "g", "SLURM_PROCID": "5", "SLURM_NTASKS": "8"], 5, 8, false),
            (["OMPI_COMM_WORLD_RANK": "4", "OMPI_COMM_WORLD_SIZE": "4"], 0, 1, false),
            (["OMPI_COMM_WORLD_RANK": "x", "OMPI_COMM_WORLD_SIZE": ""], 0, 1, false),
        ])
    func said(_ environment: [String: String], _ rank: Int, _ count: Int, _ warns: Bool) {
        let launch = ProcessLaunch { environment[$0] }
        #expect(launch.rank == rank && launch.count == count && (launch.warning != nil) == warns)
        #expect(launch.warning?.contains("srun --mpi=pmix") ?? true)
    }

    @Test("Cores are divided where the launcher has not bound the processes to some")
    func cores() {
        let two = ProcessLaunch {
            ["OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "6", "OMPI_COMM_WORLD_LOCAL_SIZE": "3"][$0]
        }
        #expect(two.cores(available: 8, machine: 8) == 2 && two.cores(available: 2, machine: 8) == 2)
        #expect(two.cores(available: 2, machine: 2) == 1)
        #expect(ProcessLaunch { _ in nil }.cores(available: 8, machine: 8) == 8)
        let slurm = ProcessLaunch {
            [
                "MAMMO_GROUP_FILE": "g", "SLURM_PROCID": "5", "SLURM_NTASKS": "8", "SLURM_NTASKS_PER_NODE": "4",
            ][$0]
        }
        #expect(slurm.cores(available: 8, machine: 8) == 2)
    }

    @Test("By itself a process has what it has")
    func single() throws {
        let group = try ProcessLaunch { _ in nil }.group()
        #expect(group.rank == 0 && group.count == 1)
        #expect(
            try group.sum([1, 2]) == [1, 2] && group.broadcast([3]) == [3] && group.any(true) && !group.any(false))
    }
}
