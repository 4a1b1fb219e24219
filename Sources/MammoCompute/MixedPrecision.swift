/// How values between the operations of a layer are stored.
public enum MixedPrecision: String, CaseIterable, Codable, Sendable {
    /// In single precision. (YAML 1.1 would take the word off for false.)
    case off = "none"
    /// In 16 bits of IEEE's, with a loss scale.
    case fp16
    /// In bfloat16, from sm_80 on.
    case bf16

    /// As a card has it.
    public var precision: CUDAPrecision {
        switch self {
        case .off: .single
        case .fp16: .half
        case .bf16: .bfloat16
        }
    }
}
