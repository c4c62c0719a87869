/// Names that Kubernetes, Python and daemons make up: what varies is told by its form.
enum MachineNames {
    struct Match {
        var elements: [PathPattern.Element]
        /// Bytes of the path that it stands for.
        var length: Int
        var reason: String
    }

    static let podReason = "Kubernetes pod"
    static let replicaSetReason = "Kubernetes replica set"
    static let base32Reason = "base32 id"
    static let bytecodeReason = "Python's temporary bytecode"
    static let processFileReason = "process id"

    /// What Kubernetes makes names of: no vowels, so that no words arise, and nothing that looks
    /// like them.
    private static let alphabet = Set("bcdfghjklmnpqrstvwxz2456789".utf8)
    /// Of a replica set's hash, and of what a pod adds to it.
    private static let hashLengths = 8...10
    private static let podLength = 5
    /// From which length on nobody chose a base32 text, and how often letters and digits change.
    private static let leastBase32 = 20
    private static let leastChanges = 6

    /// - Parameter i: where a run of letters and digits begins.
    static func match(at i: Int, in path: [UInt8]) -> Match? {
        let end = path[i...].firstIndex { !TypedSegments.isAlphanumeric($0) } ?? path.count
        let run = path[i..<end]
        if run.allSatisfy(TypedSegments.isDigit) { return number(run, in: path) }
        if let match = replica(run, in: path) { return match }
        return isBase32(run)
            ? Match(elements: [.base32], length: run.count, reason: base32Reason) : nil
    }

    /// `__pycache__/x.cpython-311.pyc.140234`, `app.17.pid`, `app-17.pid`, `app.pid.17`.
    private static func number(_ run: ArraySlice<UInt8>, in path: [UInt8]) -> Match? {
        let (before, after) = (path[..<run.startIndex], path[run.endIndex...])
        func match(_ reason: String) -> Match {
            Match(elements: [.int], length: run.count, reason: reason)
        }
        if after.isEmpty, before.ends(with: ".pyc."), before.has(directory: "__pycache__") {
            return match(bytecodeReason)
        }
        let isMarked = before.last.map { "-._".utf8.contains($0) } ?? false
        if isMarked, after.elementsEqual(".pid".utf8) { return match(processFileReason) }
        return after.isEmpty && before.ends(with: ".pid.") ? match(processFileReason) : nil
    }

    /// `web-7d4b9c6f8d-x2x7k` from its hash on, or `web-7d4b9c6f8d`.
    private static func replica(_ run: ArraySlice<UInt8>, in path: [UInt8]) -> Match? {
        let hyphen = UInt8(ascii: "-")
        guard hashLengths.contains(run.count), run.allSatisfy(alphabet.contains),
            run.count(where: TypedSegments.isDigit) >= 2,
            run.count(where: TypedSegments.isLetter) >= 2,
            run.startIndex >= 2, path[run.startIndex - 1] == hyphen,
            TypedSegments.isAlphanumeric(path[run.startIndex - 2])
        else { return nil }
        let rest = path[run.endIndex...]
        guard rest.first == hyphen else {
            return Match(elements: [.base32], length: run.count, reason: replicaSetReason)
        }
        let pod = rest.dropFirst().prefix(while: TypedSegments.isAlphanumeric)
        guard pod.count == podLength, pod.allSatisfy(alphabet.contains) else { return nil }
        return Match(
            elements: [.base32, .byte(hyphen), .base32], length: run.count + 1 + podLength,
            reason: podReason)
    }

    private static func isBase32(_ run: ArraySlice<UInt8>) -> Bool {
        guard run.count >= leastBase32,
            run.allSatisfy({ (0x61...0x7a).contains($0) || (0x32...0x37).contains($0) })
        else { return false }
        let kinds = run.map(TypedSegments.isDigit)
        return zip(kinds, kinds.dropFirst()).count { $0 != $1 } >= leastChanges
    }
}

extension ArraySlice<UInt8> {
    fileprivate func ends(with text: String) -> Bool {
        count > text.utf8.count && suffix(text.utf8.count).elementsEqual(text.utf8)
    }

    /// Whether the last segment lies in a directory of this name.
    fileprivate func has(directory: String) -> Bool {
        split(separator: UInt8(ascii: "/")).dropLast().last?.elementsEqual(directory.utf8) ?? false
    }
}
