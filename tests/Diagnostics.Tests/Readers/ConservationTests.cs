using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TrainingDoctor.Readers;
using TrainingDoctor.Readers.Formats;
using TrainingDoctor.Readers.Rows;

namespace TrainingDoctor.Tests.Readers;

/// <summary>The law of conservation: every number of a log is a step, an epoch, a measurement, a setting or a time, or it is listed as unused with its name and line.</summary>
public sealed partial class ConservationTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "Diagnostics.Tests", "Readers", "Layouts");

    public static TheoryData<string> Printed => Names("Printed", name => true);

    public static TheoryData<string> Tables => Names("Structured", name => name.EndsWith(".csv", StringComparison.Ordinal));

    public static TheoryData<string> Lines => Names("Structured", name => name.EndsWith(".jsonl", StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Printed))]
    public void EveryDigitOfPrintedLinesIsOfANumberThatIsAccountedFor(string name)
    {
        var account = new ReadingAccount(int.MaxValue);
        if (Read(name, account) is not { } runs || account.Lines.Count == 0)
        {
            return;
        }

        foreach (var line in account.Lines)
        {
            Assert.All(Digit().Matches(line.Text), digit => Assert.True(
                IsWithinWord(line.Text, digit.Index) || line.Numbers.Any(number => number.Start <= digit.Index && digit.Index < number.Start + number.Text.Length),
                $"{name}({line.Line}): the digit at {digit.Index} of '{line.Text}' is of no number"));
        }

        // Those who explain and those who count tell the same.
        Assert.Equal(account.Total, account.Lines.Sum(line => line.Numbers.Count));
        Assert.Equal(account.Total, account.Numbers.Sum(number => number.Count));
        var seen = account.Lines.Select(line => line.Line).ToHashSet();
        string[] all = File.ReadAllText(Path.Combine(Folder, name)).Split('\n');
        for (int i = 0; i < all.Length; i++)
        {
            Assert.True(seen.Contains(i + 1) || !Number().IsMatch(Escape().Replace(all[i], string.Empty)), $"{name}({i + 1}): no number of '{all[i]}' is accounted for");
        }

        AssertCoversSeries(name, runs, account);
    }

    [Theory]
    [MemberData(nameof(Tables))]
    public void EveryNumberOfATableIsAccountedFor(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder, name));
        var account = new ReadingAccount(0);
        if (Read(name, account) is not { } runs || runs.Exists(run => run.Log.Format == "text" || run.Log.Damage.Count > 0) || text.Contains('"') || text.Contains('\0') || text.Contains('#') || text.Contains('[') || !text.Contains('\n'))
        {
            return;
        }

        char separator = text.Contains(';') ? ';' : text.Contains('\t') ? '\t' : ',';
        string[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains(separator))];
        int expected = lines.Sum(line => line.Split(separator).Count(cell => Cell().IsMatch(cell)));
        if (lines.Length > 0 && runs.Count == 1)
        {
            Assert.True(account.Total >= expected - lines[0].Split(separator).Length, $"{name}: {account.Total} numbers are accounted for, {expected} stand in the table");
        }

        AssertCoversSeries(name, runs, account);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void EveryNumberOfJsonLinesIsAccountedFor(string name)
    {
        string text = File.ReadAllText(Path.Combine(Folder, name));
        var account = new ReadingAccount(0);
        if (Read(name, account) is not { } runs || runs.Exists(run => run.Log.Format == "text" || run.Log.Damage.Count > 0) || text.Contains("NaN", StringComparison.Ordinal))
        {
            return;
        }

        long expected = 0;
        foreach (string line in text.Split('\n', '\r').Where(line => line.TrimStart().StartsWith('{')))
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(line.Trim().TrimEnd(',')));
            while (reader.Read())
            {
                expected += reader.TokenType == JsonTokenType.Number ? 1 : 0;
            }
        }

        Assert.True(account.Total >= expected, $"{name}: {account.Total} numbers are accounted for, {expected} stand in the lines");
        AssertCoversSeries(name, runs, account);
    }

    [Fact]
    public void WhatNobodyUsesIsListedWithItsNameAndItsLine()
    {
        var account = new ReadingAccount();
        ReadRun.Of("lr policy: none\nepoch 1 loss 2.5 zorp=7 time 3.2s\nepoch 2 loss 2.25 zorp=8 time 3.1s\n", options: new LogReadOptions { Account = account });

        var zorp = Assert.Single(account.Numbers, number => number.Name == "zorp");
        Assert.Equal((NumberUse.Unused, 2L, 2L), (zorp.Use, zorp.Count, zorp.FirstLine));
        Assert.Contains(account.Numbers, number => number is { Use: NumberUse.Measurement, Why: "loss", Count: 2 });
        Assert.Contains(account.Numbers, number => number is { Use: NumberUse.Time, Count: 2 });
        Assert.Equal(8, account.Total);
    }

    [Fact]
    public void ADoubtIsToldAndAMapSettlesIt()
    {
        const string Log = "epoch 1 loss 2.5 val 2.25\nepoch 2 loss 2.25 val 2.125\nepoch 3 loss 2.125 val 2.0\n";

        var run = Assert.Single(ReadRun.Of(Log));
        var mapped = Assert.Single(ReadRun.Of(Log, options: new LogReadOptions { Roles = new Dictionary<string, string> { ["validation_error"] = "val loss" } }));

        Assert.Equal([2.25, 2.125, 2.0], run.Values(Metric.ValidationLoss));
        Assert.Contains(run.Log.Notes, note => note.StartsWith("in doubt: 'val loss'", StringComparison.Ordinal));
        Assert.Equal([2.25, 2.125, 2.0], mapped.Values(Metric.ValidationError));
        Assert.Empty(mapped.Values(Metric.ValidationLoss));
    }

    /// <summary>No curve has a point that no number of the log was taken for; the loss of a rank is that of the run once more, and epochs and times are accounted for as such.</summary>
    private static void AssertCoversSeries(string name, List<ReadRun> runs, ReadingAccount account)
    {
        long measured = account.Numbers.Where(number => number.Use == NumberUse.Measurement).Sum(number => number.Count);
        long points = runs.Sum(run => run.Series.Where(series => series.Key.Metric is not (Metric.Epoch or Metric.Elapsed or Metric.RankLoss or Metric.RankWeightNorm)).Sum(series => (long)series.Value.Count));
        Assert.True(points <= measured || measured == 0, $"{name}: {points} points of curves from {measured} measurements");
    }

    private static List<ReadRun>? Read(string name, ReadingAccount account)
    {
        try
        {
            return ReadRun.OfPath(Path.Combine(Folder, name), new LogReadOptions { Account = account });
        }
        catch (LogFormatException)
        {
            return null;
        }
    }

    private static bool IsWithinWord(string text, int index)
    {
        int start = index;
        while (start > 0 && (char.IsLetterOrDigit(text[start - 1]) || text[start - 1] is '_' or '@' or '/' or '-' or '.'))
        {
            start--;
        }

        return text[start..index].Any(c => char.IsLetter(c) || c == '_');
    }

    private static TheoryData<string> Names(string folder, Predicate<string> isMeant) =>
        [.. Directory.EnumerateFiles(Path.Combine(Folder, folder)).Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Where(name => !name.EndsWith(".json", StringComparison.Ordinal) && isMeant(name)).Order(StringComparer.Ordinal)];

    [GeneratedRegex("[0-9]")]
    private static partial Regex Digit();

    [GeneratedRegex(@"(?<![A-Za-z0-9_.@/-])\d")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|nan|inf)%?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Cell();

    [GeneratedRegex(@"\x1b\[[0-9;?]*[A-Za-z]|\[\d{1,3}(;\d{1,3})*m")]
    private static partial Regex Escape();
}
