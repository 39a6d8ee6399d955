using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace TrainingDoctor.Tests.Packing;

/// <summary>
/// A debugger that steps into the library finds its sources. The address is the remote's; packed from a clone without one, the packages lack it and are otherwise the same.
/// </summary>
/// <remarks>Identifiers: dotnet/runtime, docs/design/specs/PortablePdb-Metadata.md, "CustomDebugInformation Table".</remarks>
[Collection(SharedPackages.Name)]
[Trait("Speed", "Slow")]
public sealed class SymbolTests(PackedRepository packages)
{
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static TheoryData<string, string> Assemblies => new()
    {
        { "TrainingDoctor.Rules", "lib/net10.0/TrainingDoctor.Rules" },
        { "TrainingDoctor.Diagnostics", "lib/net10.0/TrainingDoctor.Diagnostics" },
        { "traindoctor.any", "tools/net10.0/any/traindoctor" },
        { "traindoctor.linux-x64", "tools/net10.0/linux-x64/traindoctor" },
    };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void TheSymbolsBelongToTheAssemblyWhichIsDeterministic(string id, string assembly)
    {
        using var package = new PackageFile(packages.PathOf(id));
        using var symbols = new PackageFile(packages.PathOf(id, "snupkg"));
        using var image = new PEReader(package.Read($"{assembly}.dll"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(symbols.Read($"{assembly}.pdb"));
        var entries = image.ReadDebugDirectory();
        var codeView = entries.Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
        var identity = new BlobContentId(provider.GetMetadataReader().DebugMetadataHeader!.Id);

        Assert.Contains(entries, entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        Assert.Equal(image.ReadCodeViewDebugDirectoryData(codeView).Guid, identity.Guid);
        Assert.Equal(codeView.Stamp, identity.Stamp);
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void EverySourceIsLinkedOrEmbeddedAndNoFolderOfTheBuilderIsNamed(string id, string assembly)
    {
        using var symbols = new PackageFile(packages.PathOf(id, "snupkg"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(symbols.Read($"{assembly}.pdb"));
        var reader = provider.GetMetadataReader();
        byte[] link = Assert.Single(Information(reader, EntityHandle.ModuleDefinition, SourceLink));
        var documents = reader.Documents.Select(handle => (
            Name: reader.GetString(reader.GetDocument(handle).Name),
            IsEmbedded: Information(reader, handle, EmbeddedSource).Any())).ToList();

        using var map = JsonDocument.Parse(link);
        Assert.Equal(
            $"https://raw.githubusercontent.com/example/training-doctor/{PackedRepository.Commit}/*",
            map.RootElement.GetProperty("documents").GetProperty("/_/*").GetString());
        Assert.All(documents, document => Assert.StartsWith("/_/", document.Name, StringComparison.Ordinal));
        // What the build generates is in no repository.
        Assert.All(documents, document => Assert.True(document.IsEmbedded || File.Exists(Path.Combine(Repository.Root, document.Name["/_/".Length..])), $"{document.Name} is neither embedded nor in the repository"));
        Assert.Contains(documents, document => !document.IsEmbedded);
    }

    private static IEnumerable<byte[]> Information(MetadataReader reader, EntityHandle parent, Guid kind) =>
        reader.GetCustomDebugInformation(parent).Select(reader.GetCustomDebugInformation).Where(information => reader.GetGuid(information.Kind) == kind).Select(information => reader.GetBlobBytes(information.Value));
}
