import Foundation
import Glibc

/// Waits until something is so, and returns whether it became so before the time was over.
@discardableResult
public func waitUntil(timeout: Double = 20, _ isSo: () throws -> Bool) rethrows -> Bool {
    let deadline = Patience.deadline(timeout)
    while try !isSo() {
        if Date() > deadline { return false }
        usleep(5_000)
    }
    return true
}

extension String {
    /// Its lines, without a last one that has no end: somebody may be writing it.
    var wholeLines: [Substring] {
        guard let end = lastIndex(of: "\n") else { return [] }
        return self[..<end].split(separator: "\n")
    }
}
