/// How the crop is brought to the output's aspect.
public enum FitMethod: String, Codable, CaseIterable, Sendable {
    /// Black rows above or black columns to the left of the crop make it 1:2, and it is resized to the output, as the reference
    /// pipeline does.
    case pad
    /// The crop is resized to as many pixels as the output holds at the crop's own aspect, and black is added on both sides.
    case center
    /// The crop is resized to the output, whatever its aspect.
    case stretch
}
