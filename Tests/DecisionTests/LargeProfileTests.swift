import Baseline
import Decision
import Testing

/// Debug builds take 5,000 rules; a release build of the tests takes 50,000.
@Suite struct LargeProfileTests {
    private static var count: Int {
        var isDebug = false
        assert(
            {
                isDebug = true
                return true
            }())
        return isDebug ? 5_000 : 50_000
    }

    private static func path(_ index: Int) -> String {
        "/usr/share/application/module-\(index % 97)/resources/locale-\(index % 31)/file-\(index)"
    }

    @Test func everyRuleMatchesItsPathAndNoOther() throws {
        var files = (0..<Self.count).map { index in
            file(Self.path(index), index % 3 == 0 ? [.read, .write] : .read)
        }
        files += (0..<100).map { file("/var/lib/app-\($0)/<uuid>/*.db", .write) }
        let deciding = try Deciding([ExecutableRules(executable: "/bin/a", files: files)])
        #expect(deciding.program.cells.count <= PolicyProgram.sizeClasses[2])
        var wrong = 0
        for index in 0..<Self.count {
            let path = Self.path(index)
            if deciding.file("/bin/a", path) != (index % 3 == 0 ? 3 : 1) { wrong += 1 }
            if deciding.file("/bin/a", path + "x") != 0 { wrong += 1 }
        }
        #expect(wrong == 0)
        let uuid = "01234567-89ab-cdef-0123-456789abcdef"
        #expect(deciding.file("/bin/a", "/var/lib/app-77/\(uuid)/main.db") == 2)
        #expect(deciding.file("/bin/a", "/var/lib/app-177/\(uuid)/main.db") == 0)
    }

    @Test func statesShareNoBaseAndNoCell() throws {
        let files = (0..<1_000).map { file(Self.path($0), .read) } + [file("/**/*.so", .map)]
        let program = try Deciding([ExecutableRules(executable: "/bin/a", files: files)]).program
        // Every cell is owned by a state whose cells can hold it, and every value that leads
        // on names a state that has cells.
        var owners: Set<UInt32> = []
        for cell in program.cells.dropFirst(16) where cell != 0 {
            owners.insert(UInt32(truncatingIfNeeded: cell))
        }
        for (index, cell) in program.cells.enumerated().dropFirst(16) where cell != 0 {
            let offset = index - Int(UInt32(truncatingIfNeeded: cell))
            let value = UInt32(truncatingIfNeeded: cell >> 32)
            #expect((0...257).contains(offset))
            if (0...256).contains(offset), value != 0 { #expect(owners.contains(value)) }
        }
        #expect(owners.allSatisfy { $0 >= 16 && Int($0) + 257 < program.cells.count })
    }
}
