/// The image attributes in a file's header. Nothing here identifies the patient.
public struct ImageAttributes: Equatable, Sendable {
    /// How the pixels are stored.
    public let transferSyntax: TransferSyntax
    /// Rows (0028,0010): height in pixels.
    public let rows: Int
    /// Columns (0028,0011): width in pixels.
    public let columns: Int
    /// SamplesPerPixel (0028,0002); 1 where the file does not say.
    public let samplesPerPixel: Int
    /// PhotometricInterpretation (0028,0004); MONOCHROME2 where the file does not say.
    public let photometricInterpretation: PhotometricInterpretation
    /// BitsAllocated (0028,0100): the bits a native sample takes in the file.
    public let bitsAllocated: Int
    /// BitsStored (0028,0101): how many of them hold the value.
    public let bitsStored: Int
    /// HighBit (0028,0102): the place of the highest of those, counted from 0.
    public let highBit: Int
    /// PixelRepresentation (0028,0103) is 1: two's complement.
    public let isSigned: Bool
    /// NumberOfFrames (0028,0008); 1 where the file does not say.
    public let frames: Int
    /// RescaleSlope (0028,1053); 1 where the file does not say.
    public internal(set) var rescaleSlope: Double
    /// RescaleIntercept (0028,1052); 0 where the file does not say.
    public internal(set) var rescaleIntercept: Double
    /// WindowCenter (0028,1050) and WindowWidth (0028,1051), as many pairs as can be read.
    public internal(set) var windows: [Window]
    /// Why there are not more windows, where the header has values that are none.
    public internal(set) var windowProblem: String?
    /// VOILUTFunction (0028,1056) in capitals; LINEAR is the default of PS3.3 C.11.2.1.
    public internal(set) var voiFunction: String
    /// Modality LUT Sequence (0028,3000), which takes the place of slope and intercept (PS3.3 C.11.1).
    public let modalityLUT: LookUpTable?
    /// Why a Modality LUT Sequence that is there gave no table.
    public let modalityLUTProblem: String?
    /// VOI LUT Sequence (0028,3010): the tables it has.
    public let voiLUTs: [LookUpTable]
    /// Why a table of it cannot be used, which ends them.
    public let voiLUTProblem: String?
    /// Meant for processing and not for people or networks: PresentationIntentType (0008,0068), or else the SOP class.
    public let isForProcessing: Bool
    /// ImageLaterality (0020,0062) or Laterality (0020,0060): `L`, `R`, or empty. Not always right in RSNA's files.
    public let laterality: String
    /// ViewPosition (0018,5101): `CC`, `MLO`, …; where the file has none, what its ViewCodeSequence (0054,0220) stands for, or
    /// empty.
    public let view: String
    /// What was odd about the header and how it was taken.
    public internal(set) var warnings: [String]

    /// One window of PS3.3 C.11.2.1, in units after rescaling.
    public struct Window: Equatable, Sendable {
        /// WindowCenter.
        public let center: Double
        /// WindowWidth.
        public let width: Double
    }
}
