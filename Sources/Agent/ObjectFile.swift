internal import Foundation

/// A sensor's object that is not the one of this binary: for tests of upgrades.
public enum ObjectFile {
    public static func read(_ path: String) throws -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw FileProblem("cannot read the object \(path): is the path right?")
        }
        return Array(bytes)
    }
}
