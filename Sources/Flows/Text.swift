/// A string of bytes from the kernel. Bytes that are not UTF-8 where they stand are written
/// `\xHH`, so that different paths stay different for a reader; `escaped` counts such strings.
func text(_ bytes: Span<UInt8>, escaped: inout Int) -> String {
    if let valid = try? UTF8Span(validating: bytes) { return String(copying: valid) }
    escaped += 1
    var text = ""
    var rest = bytes
    while !rest.isEmpty {
        do throws(UTF8.ValidationError) {
            text += String(copying: try UTF8Span(validating: rest))
            return text
        } catch {
            let good = error.byteOffsets.lowerBound
            if good > 0, let valid = try? UTF8Span(validating: rest.extracting(0..<good)) {
                text += String(copying: valid)
            }
            let bad = max(error.byteOffsets.upperBound, good + 1)
            for i in good..<min(bad, rest.count) {
                text += rest[i] < 16 ? "\\x0" : "\\x"
                text += String(rest[i], radix: 16)
            }
            rest = rest.extracting(min(bad, rest.count)..<rest.count)
        }
    }
    return text
}

/// Strings ended by NUL; the last may lack it.
func arguments(_ bytes: Span<UInt8>, escaped: inout Int) -> [String] {
    var strings: [String] = []
    var start = 0
    for i in bytes.indices where bytes[i] == 0 {
        strings.append(text(bytes.extracting(start..<i), escaped: &escaped))
        start = i + 1
    }
    if start < bytes.count {
        strings.append(text(bytes.extracting(start..<bytes.count), escaped: &escaped))
    }
    return strings
}
