extension Behaviours.Subject {
    /// Adds to a file that is there already; false if it is not.
    mutating func addKnown(_ path: PathBytes, _ access: FileAccess, _ evidence: Evidence) -> Bool {
        guard let i = files.index(forKey: path) else { return false }
        files.values[i].access.formUnion(access)
        files.values[i].evidence.merge(evidence)
        return true
    }

    /// Counts a file in with a pattern that already admits it.
    mutating func addFolded(_ path: PathBytes, _ access: FileAccess, _ evidence: Evidence) -> Bool {
        guard let i = folded.firstIndex(where: { $0.admits(path.bytes) }) else {
            return false
        }
        folded[i].access.formUnion(access)
        folded[i].evidence.merge(evidence)
        return true
    }

    /// Generalises the files when there are many; gives the change in their number.
    mutating func foldIfLarge() -> Int {
        guard files.count >= foldAt else { return 0 }
        let before = files.count + folded.count
        let paths = PathGeneraliser.generalise(files, folded)
        folded = paths.filter { $0.reason != nil }
        let exact = Set(paths.compactMap(\.exactPath))
        files = files.filter { exact.contains($0.key) }
        foldAt = max(Behaviours.firstFold, 2 * files.count)
        return files.count + folded.count - before
    }
}
