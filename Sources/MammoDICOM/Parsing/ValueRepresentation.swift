/// How an element's value is written (PS3.5 6.2), by the two letters that explicit VR has for it.
enum ValueRepresentation: UInt16 {
    case ae = 0x4145
    case ageString = 0x4153
    case at = 0x4154
    case cs = 0x4353
    case da = 0x4441
    case ds = 0x4453
    case dt = 0x4454
    case fd = 0x4644
    case fl = 0x464C
    case integerString = 0x4953
    case lo = 0x4C4F
    case lt = 0x4C54
    case ob = 0x4F42
    case od = 0x4F44
    case of = 0x4F46
    case ol = 0x4F4C
    case ov = 0x4F56
    case ow = 0x4F57
    case pn = 0x504E
    case sh = 0x5348
    case sl = 0x534C
    case sq = 0x5351
    case ss = 0x5353
    case st = 0x5354
    case sv = 0x5356
    case tm = 0x544D
    case uc = 0x5543
    case ui = 0x5549
    case ul = 0x554C
    case un = 0x554E
    case ur = 0x5552
    case us = 0x5553
    case ut = 0x5554
    case uv = 0x5556

    /// Two bytes of zeros and a length of four bytes follow the letters, not a length of two (PS3.5 7.1.2).
    var hasLongForm: Bool {
        switch self {
        case .ob, .od, .of, .ol, .ov, .ow, .sq, .sv, .uc, .un, .ur, .ut, .uv: true
        default: false
        }
    }

    /// The two letters.
    var letters: String { String(decoding: [UInt8(rawValue >> 8), UInt8(rawValue & 0xFF)], as: UTF8.self) }
}
