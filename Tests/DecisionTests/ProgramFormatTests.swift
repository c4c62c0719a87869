import Baseline
import Decision
import SensorABI
import Testing

@Suite struct ProgramFormatTests {
    private static func program() throws -> PolicyProgram {
        try Deciding(
            [
                ExecutableRules(executable: "/bin/a", files: [file("/x/**", .read)]),
                ExecutableRules(executable: "<runtime>", exec: [ExecRule(path: "/bin/a")]),
            ], actions: Actions(exec: .kill, file: .alert, egress: .deny, listen: .kill)
        ).program
    }

    @Test func headerIsTheABIs() throws {
        let program = try Self.program()
        let header = unsafe program.cells.withUnsafeBytes {
            unsafe $0.loadUnaligned(as: ll_policy_header.self)
        }
        #expect(header.magic == LL_POLICY_MAGIC)
        #expect(header.abi_version == UInt32(LL_ABI_VERSION))
        #expect(Int(header.cell_count) == program.cells.count)
        #expect(header.root == program.root)
        #expect(header.runtime_subject == program.runtimeSubject)
        #expect(header.action.0 == 0)
        #expect(header.action.1 == UInt8(LL_ACTION_KILL))
        #expect(header.action.2 == UInt8(LL_ACTION_ALERT))
        #expect(header.action.3 == UInt8(LL_ACTION_DENY))
        #expect(header.action.4 == UInt8(LL_ACTION_KILL))
        #expect(header.action.5 == 0)
        #expect((0..<10).map { program.action(dimension: $0) } == [0, 3, 1, 2, 3, 0, 0, 0, 0, 0])
        #expect(program.sizeClass == 0)
    }

    @Test func compilingIsDeterministicAndItsCellsValidate() throws {
        let program = try Self.program()
        #expect(try Self.program() == program)
        #expect(try PolicyProgram(validating: program.cells) == program)
    }

    private static func error(_ cells: [UInt64]) -> PolicyProgram.FormatError? {
        do throws(PolicyProgram.FormatError) {
            _ = try PolicyProgram(validating: cells)
            return nil
        } catch {
            return error
        }
    }

    @Test func badHeadersAreRefused() throws {
        let good = try Self.program().cells
        func with(_ index: Int, _ value: UInt64) -> [UInt64] {
            var cells = good
            cells[index] = value
            return cells
        }
        #expect(Self.error([]) == .size(cells: 0))
        #expect(Self.error(Array(good.dropLast())) == .size(cells: 4095))
        #expect(Self.error(with(0, 1)) == .magic(1))
        #expect(Self.error(with(0, good[0] + 1 << 32)) == .version(2))
        #expect(
            Self.error(with(1, good[1] + 4096)) == .cellCount(header: 8192, actual: 4096))
        for root: UInt64 in [0, 15, 4096 - 257, 0xffff_ffff] {
            #expect(
                Self.error(with(1, 4096 | root << 32))
                    == .state(field: "root", value: UInt32(root)))
        }
        #expect(Self.error(with(3, 15)) == .state(field: "runtime subject", value: 15))
        #expect(Self.error(with(3, 0)) == nil)
        #expect(Self.error(with(2, 4 << 16)) == .action(dimension: 2, value: 4))
        #expect(Self.error(with(2, 0)) == nil)
    }

    /// Whatever the cells hold, a walk stays inside them and ends.
    @Test func randomCellsNeverTrap() throws {
        var generator = SeededGenerator(seed: 7)
        let header = Array(try Self.program().cells.prefix(4))
        let path = (0..<4096).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        var subjects = 0
        for round in 0..<60 {
            var cells =
                header
                + (4..<4096).map { index in
                    // Half of them cells that belong to some state near, so that walks go on.
                    let near = UInt64(max(0, index - generator.below(258)))
                    return round % 2 == 0
                        ? generator.next() : near | UInt64(generator.below(6000)) << 32
                }
            if round % 3 == 0 { cells = (0..<4096).map { _ in generator.next() } }
            guard let program = try? PolicyProgram(validating: cells) else { continue }
            let walker = PolicyWalker(program)
            for _ in 0..<100 {
                let slice = path.span.extracting(first: generator.below(4097))
                if walker.subject(executable: slice) != 0 { subjects += 1 }
                let subject = UInt32(truncatingIfNeeded: generator.next())
                let dimension = UInt8(truncatingIfNeeded: generator.next())
                _ = walker.allowed(subject: subject, dimension: dimension, object: slice)
                _ = walker.allowed(
                    subject: UInt32(generator.below(4096)), dimension: dimension, object: slice)
            }
            _ = walker.allowed(subject: UInt32.max, dimension: 255, object: path.span)
        }
    }

    /// One flipped bit of a good program.
    @Test func flippedBitsNeverTrap() throws {
        var generator = SeededGenerator(seed: 8)
        let good = try Self.program().cells
        let paths = ["/bin/a", "/x/y/z", "", "/x/"].map { Array($0.utf8) }
        var accepted = 0
        for _ in 0..<2_000 {
            var cells = good
            cells[generator.oneIn(4) ? generator.below(4) : generator.below(600)] ^=
                1 << UInt64(generator.below(64))
            guard let program = try? PolicyProgram(validating: cells) else { continue }
            accepted += 1
            let walker = PolicyWalker(program)
            for path in paths {
                let subject = walker.subject(executable: path.span)
                for dimension in UInt8(0)...5 {
                    for object in paths {
                        _ = walker.allowed(
                            subject: subject, dimension: dimension, object: object.span)
                    }
                }
            }
        }
        #expect(accepted > 1_000)
    }
}
