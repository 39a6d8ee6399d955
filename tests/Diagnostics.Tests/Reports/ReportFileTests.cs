using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports;

/// <summary>A report's file is whole or as it was, and what lay at its path stays what it is.</summary>
public sealed class ReportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("report-file-").FullName;

    private string Target => Path.Combine(_folder, "report.json");

    [Fact]
    public void AFaultHalfwayLeavesWhatWasThere()
    {
        File.WriteAllText(Target, "before");

        Assert.Throws<InvalidOperationException>(() => ReportFile.Write(Target, writer =>
        {
            writer.Write(new string('x', 1_000_000));
            throw new InvalidOperationException("deliberate");
        }));

        Assert.Equal("before", File.ReadAllText(Target));
        Assert.Equal([Target], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void AShorterReportReplacesALongerOne()
    {
        ReportFile.Write(Target, writer => writer.Write(new string('x', 200_000)));
        ReportFile.Write(Target, writer => writer.WriteLine("ä"));

        Assert.Equal([0xC3, 0xA4, (byte)'\n'], File.ReadAllBytes(Target));
    }

    [Fact]
    public void ALinkStaysALink()
    {
        string behind = Path.Combine(_folder, "behind.json");
        File.WriteAllText(behind, "before");
        File.CreateSymbolicLink(Target, behind);

        ReportFile.Write(Target, writer => writer.Write("after"));

        Assert.Equal("after", File.ReadAllText(behind));
        Assert.NotNull(new FileInfo(Target).LinkTarget);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
