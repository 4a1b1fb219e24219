import MammoCompute
import MammoDICOM
import MammoData
import MammoImage

/// What `doctor` found. The members are named as the JSON keys are.
struct DoctorFindings: Encodable {
    struct Machine: Encodable {
        var cores: Int
        var disk_free: Int?
        var disk_problem: String?
        var disk_read: Double?
        var disk_write: Double?
        var instruction_sets: [String]
        var memory_available: Int?
        var memory_total: Int
        var out: String
    }

    struct Program: Encodable {
        var commit: String
        var dictionary: Bool
        var kernels: String
        var version: String
    }

    struct DICOM: Encodable {
        var bits: [DICOMSurvey.Count]
        var bytes: Int
        var estimated_seconds: Double?
        var files: Int
        var folder: String
        var for_processing: Int
        var images: Int
        var odd_files: [DICOMSurvey.OddFile]
        var photometric_interpretations: [DICOMSurvey.Count]
        var presentation_only: Bool
        var sample: Int
        var sample_seconds: Double
        var size: String
        var sizes: [DICOMSurvey.Count]
        var transfer_syntaxes: [DICOMSurvey.Count]
        var warnings: [DICOMSurvey.Count]
        var window_functions: [DICOMSurvey.Count]
    }

    var card: Card
    var dicom: DICOM?
    var machine: Machine
    /// What is needed and not there, in a line each.
    var missing: [String] = []
    var program: Program

    /// Looks at everything but DICOM files.
    init(out: String, cores: Int, cuda: CUDAFiles) {
        card = Card(cuda)
        let memory = MachineMemory()
        machine = Machine(
            cores: cores, instruction_sets: CPUKernels.instructionSets.map { $0.name.lowercased() },
            memory_available: memory.available, memory_total: memory.total, out: out)
        do throws(DataError) {
            let disk = try DiskSpeed(folder: out)
            (machine.disk_free, machine.disk_read, machine.disk_write) = (disk.free, disk.read, disk.write)
        } catch {
            machine.disk_problem = error.description
            missing.append("\(error.description); give --out a writable folder with free space")
        }
        program = Program(
            commit: BuildVersion.commit, dictionary: DICOMFile.hasDictionary, kernels: BuildVersion.kernels,
            version: BuildVersion.number)
        if !program.dictionary {
            missing.append("DCMTK's data dictionary was not found; set DCMDICTPATH to dicom.dic")
        }
    }

    /// Adds what a folder holds, and how long it takes.
    mutating func add(
        _ survey: DICOMSurvey, _ sample: PreprocessingSample?, folder: String, size: PixelSize, presentationOnly: Bool
    ) {
        let failed = sample?.oddFiles ?? []
        dicom = DICOM(
            bits: survey.bits, bytes: survey.bytes, estimated_seconds: sample?.estimate(of: survey.images.count),
            files: survey.files, folder: folder, for_processing: survey.forProcessing,
            images: survey.images.count - failed.count,
            odd_files: (survey.oddFiles + failed).sorted { $0.path < $1.path },
            photometric_interpretations: survey.photometricInterpretations, presentation_only: presentationOnly,
            sample: sample?.images ?? 0,
            sample_seconds: sample?.seconds ?? 0, size: "\(size)", sizes: survey.sizes,
            transfer_syntaxes: survey.transferSyntaxes, warnings: survey.warnings,
            window_functions: survey.windowFunctions)
        if survey.images.count == failed.count {
            missing.append("\(folder): no file below it gives an image; name the folder that holds patient/image.dcm")
        }
    }
}
