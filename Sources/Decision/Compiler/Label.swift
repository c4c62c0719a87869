/// What one step of a rule matches: one byte of a range or class, or a run of them.
///
/// Packed as `kind << 16 | low << 8 | high`; low and high are 0 for the named classes.
struct Label: Hashable, Comparable {
    enum Kind: UInt8 {
        /// One byte of low...high.
        case range
        /// One hexadecimal digit.
        case hexDigit
        /// One or more bytes of the class.
        case digits
        case hexDigits
        case base32Digits
        case segment
        case anything
    }

    let code: UInt32

    private init(_ kind: Kind, _ low: UInt8 = 0, _ high: UInt8 = 0) {
        code = UInt32(kind.rawValue) << 16 | UInt32(low) << 8 | UInt32(high)
    }

    static func byte(_ byte: UInt8) -> Label { Label(.range, byte, byte) }
    static func range(_ low: UInt8, _ high: UInt8) -> Label { Label(.range, low, high) }
    static let anyByte = Label(.range, 0, 255)
    static let hexDigit = Label(.hexDigit)
    static let digits = Label(.digits)
    static let hexDigits = Label(.hexDigits)
    static let base32Digits = Label(.base32Digits)
    static let segment = Label(.segment)
    static let anything = Label(.anything)

    var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: code >> 16)) ?? .range }
    var low: UInt8 { UInt8(truncatingIfNeeded: code >> 8) }
    var high: UInt8 { UInt8(truncatingIfNeeded: code) }

    /// A run: the node behind it takes further bytes of the class.
    var repeats: Bool { code >> 16 >= UInt32(Kind.digits.rawValue) }

    static func < (a: Label, b: Label) -> Bool { a.code < b.code }

    /// The byte ranges that the label's class consists of, ascending.
    func forEachRange(_ body: (UInt8, UInt8) -> Void) {
        switch kind {
        case .range:
            body(low, high)
        case .digits:
            body(UInt8(ascii: "0"), UInt8(ascii: "9"))
        case .hexDigit, .hexDigits:
            body(UInt8(ascii: "0"), UInt8(ascii: "9"))
            body(UInt8(ascii: "A"), UInt8(ascii: "F"))
            body(UInt8(ascii: "a"), UInt8(ascii: "f"))
        case .base32Digits:
            body(UInt8(ascii: "0"), UInt8(ascii: "9"))
            body(UInt8(ascii: "a"), UInt8(ascii: "z"))
        case .segment:
            body(0, UInt8(ascii: "/") - 1)
            body(UInt8(ascii: "/") + 1, 255)
        case .anything:
            body(0, 255)
        }
    }
}
