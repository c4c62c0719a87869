import SeededRandom
import Testing

@testable import Query

struct ConditionFuzzTests {
    static let pieces = [
        "type", "sf.proc.exe", "proc.tty", "opflags", "ret", "ts", "net.port", "pproc.exe", "=",
        "!=", "<", "<=", ">", ">=", "in", "contains", "icontains", "startswith", "endswith",
        "pmatch", "exists", "and", "or", "not", "(", ")", ",", "\"", "'", "\\", "FF", "12", "-1",
        "true", "2024-05-31", "/etc/passwd", "ä", "\u{0}", "\n", "!", "sf.", ".", "\u{301}",
    ]

    /// Any pieces in any order, and mutations of a text that is right.
    @Test func noTextBreaksTheParser() throws {
        var random = SeededGenerator(seed: 11)
        var accepted = 0
        for number in 0..<8000 {
            var text = ""
            if number % 2 == 0 {
                for _ in 0..<Int.random(in: 0...16, using: &random) {
                    text += Self.pieces.randomElement(using: &random) ?? ""
                    if Bool.random(using: &random) { text += " " }
                }
            } else {
                var bytes = Array(Self.expression(&random, depth: 3).utf8)
                for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = .random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(.random(in: 0...255, using: &random), at: place)
                    }
                }
                text = String(decoding: bytes, as: UTF8.self)
            }
            do {
                let condition = try Condition(parsing: text)
                accepted += 1
                #expect(try Condition(parsing: "\(condition)") == condition, "text \(number)")
            } catch {
                #expect(error.column >= 1 && error.column <= text.count + 1, "text \(number)")
                #expect(!error.detail.isEmpty)
            }
        }
        #expect(accepted > 200 && accepted < 6000)
    }

    @Test func whatIsPrintedIsReadAgain() throws {
        var random = SeededGenerator(seed: 12)
        for number in 0..<2000 {
            let condition = Self.condition(&random, depth: 4)
            let text = "\(condition)"
            #expect(try Condition(parsing: text) == condition, "\(number): \(text)")
        }
    }

    private static func expression(_ random: inout SeededGenerator, depth: Int) -> String {
        "\(condition(&random, depth: depth))"
    }

    private static func condition(_ random: inout SeededGenerator, depth: Int) -> Condition {
        let parts = (0..<Int.random(in: 2...3, using: &random)).map { _ in 0 }
        switch Int.random(in: 0..<(depth > 0 ? 7 : 3), using: &random) {
        case 0: return .exists(Attribute.allCases.randomElement(using: &random) ?? .type)
        case 1, 2: return .test(test(&random))
        case 3: return .not(condition(&random, depth: depth - 1))
        case 4, 5: return .all(parts.map { _ in condition(&random, depth: depth - 1) })
        default: return .any(parts.map { _ in condition(&random, depth: depth - 1) })
        }
    }

    private static func test(_ random: inout SeededGenerator) -> Condition.Test {
        let attribute = Attribute.allCases.randomElement(using: &random) ?? .type
        let type = attribute.entry.type
        let comparison =
            Condition.Comparison.allCases.filter {
                (!$0.needsText || type.isText) && (!$0.needsNumber || type.isNumeric)
            }.randomElement(using: &random) ?? .equal
        let count = comparison.takesList ? Int.random(in: 1...3, using: &random) : 1
        let operands = (0..<count).map { _ in operand(of: type, &random) }
        return Condition.Test(attribute, comparison, operands)
    }

    private static func operand(
        of type: Attribute.ValueType, _ random: inout SeededGenerator
    ) -> Condition.Operand {
        if Int.random(in: 0..<6, using: &random) == 0 {
            let others = Attribute.allCases.filter {
                $0.entry.type.isText == type.isText && $0.entry.type.isNumeric == type.isNumeric
            }
            return .attribute(others.randomElement(using: &random) ?? .type)
        }
        if type == .flag { return .flag(Bool.random(using: &random)) }
        if type.isNumeric { return .number(.random(in: (.min)...(.max), using: &random)) }
        let text = (0..<Int.random(in: 0...4, using: &random))
            .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        return .text(text)
    }
}
