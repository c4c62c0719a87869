/// A text that is safe on a terminal: signs that would steer it are question marks. Each character
/// is taken for one column.
struct TerminalText {
    private(set) var bytes: [UInt8]
    /// In characters.
    let width: Int

    init(_ text: [UInt8]) {
        if text.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) {
            bytes = text
            width = text.count
            return
        }
        var safe = ""
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            safe.unicodeScalars.append(Self.steers(scalar) ? "?" : scalar)
        }
        bytes = Array(safe.utf8)
        width = safe.count
    }

    /// Appends as much of it as fits, with dots for what is left out.
    func append(cutTo columns: Int, keepingEnd: Bool, to line: inout [UInt8]) {
        let dots = columns > 4 ? ".." : ""
        let kept = columns - dots.count
        let text = String(decoding: bytes, as: UTF8.self)
        if keepingEnd {
            line.append(dots)
            line.append(contentsOf: text.suffix(kept).utf8)
        } else {
            line.append(contentsOf: text.prefix(kept).utf8)
            line.append(dots)
        }
    }

    /// Controls, and what turns the direction of writing.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028, 0x2029, 0x202a...0x202e, 0x2066...0x2069: true
        default: false
        }
    }
}
