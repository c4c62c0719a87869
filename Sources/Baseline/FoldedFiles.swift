extension Behaviours.Subject {
    /// Changes the evidence of a file that is there already, or of a pattern that admits it; false
    /// if there is none.
    mutating func changeFile(
        _ path: PathBytes, _ access: FileAccess, _ body: (inout Evidence) -> Void
    ) -> Bool {
        if let i = files.index(forKey: path) {
            files.values[i].access.formUnion(access)
            body(&files.values[i].evidence)
            return true
        }
        guard path.canBeNamed, let i = folded.firstIndex(where: { $0.admits(path.bytes) }),
            folded[i].mayTake(access)
        else { return false }
        folded[i].access.formUnion(access)
        body(&folded[i].evidence)
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
