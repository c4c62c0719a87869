import Baseline
import Decision
import RandomProfiles
import SeededRandom
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
        #expect(Self.error(with(0, good[0] + 1 << 32)) == .version(UInt32(LL_ABI_VERSION) + 1))
        #expect(
            Self.error(with(1, good[1] + 4096)) == .cellCount(header: 8192, actual: 4096))
        for root: UInt64 in [0, 15, 4096 - 257, 0xffff_ffff] {
            #expect(
                Self.error(with(1, 4096 | root << 32))
                    == .state(field: "root", value: UInt32(root)))
        }
        #expect(Self.error(with(3, 15)) == .state(field: "runtime subject", value: 15))
        #expect(Self.error(with(3, 0)) == nil)
        #expect(Self.error(with(2, 5 << 16)) == .action(dimension: 2, value: 5))
        #expect(Self.error(with(2, 0)) == nil)
    }

    /// Whatever the cells hold, a walk stays inside them and ends.
    @Test func randomCellsNeverTrap() throws {
        var generator = SeededGenerator(seed: 7)
        let header = try Self.program().cells.prefix(4)
        let path = (0..<4096).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        var answers = 0
        for round in 0..<60 {
            var cells = Self.randomCells(&generator, hasStates: round % 2 == 0)
            if round % 6 < 5 { cells.replaceSubrange(0..<4, with: header) }
            guard let program = try? PolicyProgram(validating: cells) else { continue }
            let walker = PolicyWalker(program)
            for _ in 0..<100 {
                let object = path.span.extracting(first: generator.below(4097))
                _ = walker.subject(executable: object)
                let dimension = UInt8(truncatingIfNeeded: generator.next())
                for subject in [
                    UInt32(truncatingIfNeeded: generator.next()), UInt32(generator.below(4096)),
                    UInt32.max, UInt32.max - 256, UInt32(truncatingIfNeeded: cells[100]),
                ] {
                    let allowed = walker.allowed(
                        subject: subject, dimension: dimension, object: object)
                    if allowed != 0 { answers += 1 }
                }
            }
        }
        #expect(answers > 100)
    }

    /// Noise, or states anywhere (also outside the cells) that lead to one another.
    private static func randomCells(
        _ generator: inout SeededGenerator, hasStates: Bool
    ) -> [UInt64] {
        var cells = (0..<4096).map { _ in generator.next() }
        guard hasStates else { return cells }
        let states = (0..<12).map { _ in
            generator.next() >> UInt64(generator.pick([32, 52])) & 0xffff_ffff
        }
        for index in cells.indices {
            let state = generator.pick(states)
            let offset = (UInt64(index) &- state) & 4095
            let owner = offset <= 257 ? state : UInt64(index)
            cells[index] = owner | generator.pick(states) << 32
        }
        for state in states { cells[Int(state & 4095)] = state | generator.pick(states) << 32 }
        for state in states {
            cells[Int((state + 257) & 4095)] = state | 1 << 32
        }
        return cells
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
