import ContainerHarness
import Foundation
import Testing

extension CommandTests {
    @Suite(.serialized) struct Profiles {
        struct BadProfile: Sendable, CustomTestStringConvertible {
            var name: String
            var text: String
            /// The place, the field and what to do.
            var says: [String]
            var testDescription: String { name }
        }

        private static let head = """
            apiVersion: loadline.dev/v1alpha1
            kind: IntegrityProfile
            metadata: {name: web}
            spec:
              selector: {image: web}

            """

        static let bad: [BadProfile] = [
            BadProfile(
                name: "not YAML", text: head + "  executables: [\n    - {executable: /bin/a\n",
                says: ["bad.yaml:", ": "]),
            BadProfile(
                name: "unknown field",
                text: head + "  executables:\n    - executable: /bin/a\n      fles: []\n",
                says: ["bad.yaml:8:", "spec.executables[0]", "fles", "files"]),
            BadProfile(
                name: "wrong type", text: head + "  mode: [enforce]\n  executables: []\n",
                says: ["bad.yaml:6:", "spec.mode", "expected a text, found a list"]),
            BadProfile(
                name: "unknown value", text: head + "  mode: enforced\n  executables: []\n",
                says: ["bad.yaml:6:", "spec.mode", "enforced", "enforce"]),
            BadProfile(
                name: "no text",
                text: "", says: ["bad.yaml"]),
            BadProfile(
                name: "another kind",
                text: "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {}\n",
                says: ["bad.yaml:1:", "apiVersion", "loadline.dev/v1alpha1"]),
        ]

        @Test(arguments: bad) func aBadProfileIsRefused(_ bad: BadProfile) throws {
            try CommandTests.withFolder { folder in
                let path = folder + "/bad.yaml"
                try bad.text.write(toFile: path, atomically: false, encoding: .utf8)
                try expectFailure(["show", path], says: bad.says)
                try expectFailure(
                    ["watch", "--profile", path, "--container", "none"], says: bad.says)
                try expectFailure(["replay", path, "--from", "none.sf"], says: bad.says)
            }
        }

        @Test func allFaultsAreToldAtOnce() throws {
            try CommandTests.withFolder { folder in
                let path = folder + "/bad.yaml"
                let text = Self.head + "  mode: enforced\n  actions: {exec: stop}\n  extra: 1\n"
                try text.write(toFile: path, atomically: false, encoding: .utf8)
                try expectFailure(
                    ["show", path],
                    says: ["bad.yaml:6:", "bad.yaml:7:", "bad.yaml:8:", "spec.actions.exec"])
            }
        }

        @Test func aProfileThatIsNotThere() throws {
            try expectFailure(
                ["show", "/no/such/web.yaml"],
                says: ["cannot read the profile /no/such/web.yaml", "No such file"])
            try expectFailure(["show", "/etc"], says: ["cannot read the profile /etc"])
        }
    }
}
