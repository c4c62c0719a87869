/// Dates in paths, which are another each day by their form alone.
enum DateSegments {
    static let dateReason = "date"
    static let volumeReason = "revision of a projected volume"

    /// The length of a date that begins there: `2026-11-22`, `2026_11_22`, `20261122`; nil: none.
    /// Of a directory that the kubelet makes for each revision of a projected volume,
    /// `..2026_11_22_10_00_00.123456789`, the length is to the end of its name.
    static func length(at i: Int, in path: [UInt8]) -> (length: Int, reason: String)? {
        guard let length = date(path[i...]) else { return nil }
        let end = path[i...].firstIndex(of: UInt8(ascii: "/")) ?? path.count
        let marks = "_.".utf8
        let isVolume =
            i >= 3 && path[(i - 3)..<i].elementsEqual("/..".utf8) && end - i > 20
            && path[i..<end].allSatisfy { TypedSegments.isDigit($0) || marks.contains($0) }
        return isVolume ? (end - i, volumeReason) : (length, dateReason)
    }

    /// The bytes with each number as a wildcard.
    static func elements(of bytes: ArraySlice<UInt8>) -> [PathPattern.Element] {
        var elements: [PathPattern.Element] = []
        for byte in bytes {
            if !TypedSegments.isDigit(byte) {
                elements.append(.byte(byte))
            } else if elements.last != .int {
                elements.append(.int)
            }
        }
        return elements
    }

    private static func date(_ rest: ArraySlice<UInt8>) -> Int? {
        let run = rest.prefix(9).prefix(while: TypedSegments.isDigit)
        if run.count == 8 {
            let isAlone = rest.dropFirst(8).first.map(TypedSegments.isAlphanumeric) != true
            return isAlone && isDate(run, month: 4, day: 6) ? 8 : nil
        }
        let text = rest.prefix(11)
        guard run.count == 4, text.count >= 10 else { return nil }
        let mark = text[text.startIndex + 4]
        guard mark == UInt8(ascii: "-") || mark == UInt8(ascii: "_"),
            text[text.startIndex + 7] == mark,
            text.dropFirst(10).first.map(TypedSegments.isAlphanumeric) != true
        else { return nil }
        return isDate(text, month: 5, day: 8) ? 10 : nil
    }

    /// Of this century or the one before.
    private static func isDate(_ text: ArraySlice<UInt8>, month: Int, day: Int) -> Bool {
        func number(_ at: Int, _ length: Int) -> Int? {
            var value = 0
            for byte in text.dropFirst(at).prefix(length) {
                guard TypedSegments.isDigit(byte) else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard let year = number(0, 4), let month = number(month, 2), let day = number(day, 2) else {
            return false
        }
        return (1900...2099).contains(year) && (1...12).contains(month) && (1...31).contains(day)
    }
}
