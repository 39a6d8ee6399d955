using System.IO.Compression;
using System.Xml.Linq;

namespace TrainingDoctor.Tests.Packing;

/// <summary>A package as its readers see it: files, and a description.</summary>
internal sealed class PackageFile : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly XElement _metadata;

    public PackageFile(string path)
    {
        _archive = ZipFile.OpenRead(path);
        using var stream = _archive.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = XDocument.Load(stream).Root!.Elements().Single();
    }

    /// <summary>Gets the paths inside the package.</summary>
    public IReadOnlyList<string> Files => [.. _archive.Entries.Select(entry => entry.FullName)];

    /// <summary>Gets what the files take when they are installed, in bytes.</summary>
    public long InstalledSize => _archive.Entries.Sum(entry => entry.Length);

    /// <summary>Gets the packages that this one brings along.</summary>
    public IReadOnlyList<string> Dependencies => [.. _metadata.Descendants().Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value)];

    /// <summary>Gets an element of the description.</summary>
    public XElement? Describe(string element) => _metadata.Elements().SingleOrDefault(candidate => candidate.Name.LocalName == element);

    /// <summary>Gets a file's bytes.</summary>
    public MemoryStream Read(string file)
    {
        using var stream = _archive.GetEntry(file)!.Open();
        var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        bytes.Position = 0;
        return bytes;
    }

    public void Dispose() => _archive.Dispose();
}
