/// The projection of a mammogram by its View Code Sequence (0054,0220), which files of the Mammography SOP classes have and
/// some have instead of ViewPosition: CMMD's, for example.
enum ViewCode {
    /// The view position that the file's code stands for; nil where it has no code, or one of no mammogram's view.
    static func position(_ header: HeaderReader) -> String? {
        guard let item = header.item(of: .init(0x0054, 0x0220, "ViewCodeSequence")) else { return nil }
        return item.text(.init(0x0008, 0x0100, "CodeValue")).flatMap { positions[$0] }
    }

    /// PS3.16 CID 4014, with its defined terms of ViewPosition (PS3.3 C.8.11.7): SNOMED CT's codes, and those of SNOMED RT
    /// that older files have.
    private static let positions = [
        "399162004": "CC", "R-10242": "CC", "399368009": "MLO", "R-10226": "MLO", "399260004": "ML", "R-10224": "ML",
        "399352003": "LM", "R-10228": "LM", "399099002": "LMO", "R-10230": "LMO", "399196006": "FB", "R-10244": "FB",
        "399188001": "SIO", "R-102D0": "SIO", "441555000": "ISO", "R-40AAA": "ISO", "399192008": "XCCL",
        "R-1024A": "XCCL", "399101009": "XCCM", "R-1024B": "XCCM",
    ]
}
