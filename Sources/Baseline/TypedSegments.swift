/// Parts of a path whose form alone says that they are made up anew each time.
enum TypedSegments {
    /// Hexadecimal digits in a row, letters and numerals both, from which on nobody chose them.
    static let leastHexRun = 12
    /// A container id's length.
    private static let containerIDLength = 64

    /// The path with its process ids, UUIDs and long hexadecimal runs as wildcards, and why.
    static func elements(of path: [UInt8]) -> ([PathPattern.Element], [String]) {
        var elements: [PathPattern.Element] = []
        var reasons: [String] = []
        func wildcard(_ element: PathPattern.Element, _ reason: String) {
            elements.append(element)
            if !reasons.contains(reason) { reasons.append(reason) }
        }
        var i = 0
        while i < path.count {
            let isRunStart = isAlphanumeric(path[i]) && (i == 0 || !isAlphanumeric(path[i - 1]))
            guard isRunStart else {
                elements.append(.byte(path[i]))
                i += 1
                continue
            }
            if let number = PaddedNumber.length(at: i, in: path) {
                wildcard(.hex, PaddedNumber.reason)
                i += number
                continue
            }
            if isUUID(path[i...]) {
                wildcard(.uuid, "UUID")
                i += 36
                continue
            }
            if let date = DateSegments.length(at: i, in: path) {
                elements += DateSegments.elements(of: path[i..<(i + date.length)])
                if !reasons.contains(date.reason) { reasons.append(date.reason) }
                i += date.length
                continue
            }
            if let match = PostgreSQLNames.match(at: i, in: path) {
                elements += match.elements
                if !reasons.contains(match.reason) { reasons.append(match.reason) }
                i += match.length
                continue
            }
            let end = path[i...].firstIndex { !isAlphanumeric($0) } ?? path.count
            let run = path[i..<end]
            if isProcessID(run, in: path) {
                wildcard(.int, "process id")
            } else if isUnnamed(run, in: path) {
                wildcard(.int, "file made without a name")
            } else if isHexadecimalID(run) {
                wildcard(
                    .hex, run.count == containerIDLength ? "container id" : "hexadecimal id")
            } else if let match = MachineNames.match(at: i, in: path) {
                elements += match.elements
                if !reasons.contains(match.reason) { reasons.append(match.reason) }
                i += match.length
                continue
            } else {
                elements += run.map(PathPattern.Element.byte)
            }
            i = end
        }
        return (elements, reasons)
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte | 0x20) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    private static func isHexadecimalID(_ run: ArraySlice<UInt8>) -> Bool {
        run.count >= leastHexRun && run.allSatisfy(isHexDigit) && run.contains(where: isDigit)
            && run.contains(where: isLetter)
    }

    private static func isUUID(_ rest: ArraySlice<UInt8>) -> Bool {
        let text = rest.prefix(37)
        guard text.count >= 36 else { return false }
        for (i, byte) in text.enumerated() {
            switch i {
            case 8, 13, 18, 23: if byte != UInt8(ascii: "-") { return false }
            case 36: if isAlphanumeric(byte) { return false }
            default: if !isHexDigit(byte) { return false }
            }
        }
        return true
    }

    /// `/tmp/#N`: what the kernel calls a file of O_TMPFILE (tmpfile(3)), by its inode.
    private static func isUnnamed(_ run: ArraySlice<UInt8>, in path: [UInt8]) -> Bool {
        run.endIndex == path.count && run.allSatisfy(isDigit) && run.startIndex >= 2
            && path[(run.startIndex - 2)..<run.startIndex].elementsEqual("/#".utf8)
    }

    /// `/proc/N` and `/proc/N/task/N`, whole segments.
    private static func isProcessID(_ run: ArraySlice<UInt8>, in path: [UInt8]) -> Bool {
        guard run.allSatisfy(isDigit), path.starts(with: "/proc/".utf8),
            run.endIndex == path.count || path[run.endIndex] == UInt8(ascii: "/")
        else { return false }
        let before = path[..<run.startIndex].split(separator: UInt8(ascii: "/"))
        guard path[run.startIndex - 1] == UInt8(ascii: "/") else { return false }
        return before.count == 1
            || (before.count == 3 && before[2].elementsEqual("task".utf8)
                && before[1].allSatisfy(isDigit))
    }
}
