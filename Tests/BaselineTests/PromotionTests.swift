import Baseline
import SysFlow
import Testing

@Suite struct PromotionTests {
    private static func promoted(_ text: String) throws -> (ProfileText, Profile) {
        let old = try Profile(yaml: text, file: "p")
        var new = old
        new.mode = .enforce
        new.promoted = Promotion(
            time: 1_795_291_200_000_000_000, by: "alice", files: ["friday.sf"], judged: 12,
            deviating: 1, override: "yes: all of it", against: ["exec: still growing"])
        let changed = ProfileText(promoting: text, from: old, to: new)
        #expect(try Profile(yaml: changed.text, file: "p").sorted() == new.sorted())
        return (changed, new)
    }

    @Test func theModeAndTheGroundAreWrittenIntoTheText() throws {
        let (changed, _) = try Self.promoted(EditTests.written)
        #expect(changed.isPatched)
        for comment in ["# The shop's front.", "# its own", "# Odd order is kept.", "# Names."] {
            #expect(changed.text.contains(comment))
        }
        #expect(changed.text.contains("\n  mode: enforce\n"))
        #expect(changed.text.contains("override: \"yes: all of it\""))
    }

    @Test func aModeThatStandsThereIsChanged() throws {
        let text = EditTests.written.replacing(
            "  selector: {image: web}", with: "  mode: monitor  # for now\n  selector: {image: web}"
        )
        let (changed, _) = try Self.promoted(text)
        #expect(changed.isPatched)
        #expect(changed.text.contains("\n  mode: enforce  # for now\n"))
        #expect(!changed.text.contains("monitor"))
    }

    @Test func promotingAgainWritesAnew() throws {
        let (first, _) = try Self.promoted(EditTests.written)
        let (second, _) = try Self.promoted(first.text)
        #expect(!second.isPatched)
        #expect(second.text.ranges(of: "promoted:").count == 1)
    }

    @Test func randomProfilesArePromotedAsMeant() throws {
        for seed in 0..<100 {
            var generator = Generator(seed: seed)
            _ = try Self.promoted(generator.profile().normalized().yaml)
        }
    }

    @Test func lossesAndHandwritingStandAgainstIt() {
        var profile = Profile(name: "p")
        #expect(profile.objections.count == 1)
        #expect(profile.objections[0].contains("it was not learned"))
        profile.learned = Provenance(from: 1, to: 2, records: 3, losses: ["file": 3, "exec": 0])
        #expect(profile.objections.contains { $0.hasPrefix("3 records were lost in file") })
        #expect(!profile.objections.contains { $0.contains("lost in exec") })
        // Nothing says that it is complete.
        profile.learned?.losses = [:]
        #expect(!profile.objections.isEmpty)
    }

    /// Each dimension that is not complete stands against it, with its reason, and nothing else.
    @Test func whatIsNotCompleteStandsAgainstIt() throws {
        func estimate(_ reason: String?) -> Estimate {
            Estimate(
                behaviours: 1, startup: 0, draws: 5000, once: 0, twice: 0, unseen: 0, bound: 0,
                chao: 1, curve: [], reason: reason)
        }
        var profile = Profile(name: "p", learned: Provenance(from: 1, to: 2, records: 3))
        var completeness = Completeness(unit: "1000 ms", threshold: 0.001)
        for dimension in Dimension.allCases { completeness.estimates[dimension] = estimate(nil) }
        profile.completeness = completeness
        #expect(profile.objections == [])
        profile.completeness?.estimates[.file] = estimate("still growing: 3 of 9")
        profile.completeness?.estimates[.act] = nil
        #expect(
            profile.objections == [
                "file is not complete: still growing: 3 of 9", "act is not complete: not known",
            ])
        // Merging makes it no better, whatever the other is; nor does one that does not say.
        var other = profile
        other.completeness = completeness
        #expect(profile.merged(with: other).objections == profile.objections)
        #expect(other.merged(with: profile).objections == profile.objections)
        #expect(other.merged(with: other).objections == [])
        other.completeness = nil
        #expect(
            profile.merged(with: other).objections.contains {
                $0.hasPrefix("its completeness is not known")
            })
    }

    @Test func objectionsAreBounded() {
        let promotion = Promotion(
            time: 0, by: "a", files: [], judged: 0, against: (0..<100).map { "\($0)" })
        #expect(promotion.against.count == Promotion.objectionLimit)
        #expect(promotion.against.last == "and 81 more")
    }

    @Test func aMergedProfileWasNotPromoted() throws {
        let (_, new) = try Self.promoted(EditTests.written)
        #expect(new.merged(with: new).promoted == nil)
    }
}
