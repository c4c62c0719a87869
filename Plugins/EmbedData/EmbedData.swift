import PackagePlugin

/// Turns `profiles/sensitive.yaml` into a Swift source of the target, so that the program needs
/// no file beside it.
@main
struct EmbedData: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: Target) async throws -> [Command] {
        let data = context.package.directoryURL.appending(path: "profiles/sensitive.yaml")
        let swift = context.pluginWorkDirectoryURL.appending(path: "SensitiveData.swift")
        return [
            .buildCommand(
                displayName: "Embedding sensitive.yaml",
                executable: try context.tool(named: "EmbedObject").url,
                arguments: ["--text", data.path, swift.path, "Sensitive"],
                inputFiles: [data], outputFiles: [swift])
        ]
    }
}
