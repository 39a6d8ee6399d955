using TrainingDoctor.Readers;
using TrainingDoctor.Reports;

namespace TrainingDoctor.Tests.Reports.Csv;

/// <summary>The curves of a report as a table.</summary>
public sealed class CsvReportTests
{
    [Fact]
    public void WhatWasReadIsARowForEachStepAndReadsBackAsTheSame()
    {
        string table = Write("step,loss,val_loss\n10,2.5,\n20,2.25,2.375\n30,2.125,\n");

        Assert.Equal("run,step,loss,validation_loss\nlog,10,2.5,\nlog,20,2.25,2.375\nlog,30,2.125,\n", table);
        Assert.Equal(table, Write(table));
    }

    private static string Write(string log)
    {
        var source = LogOpener.OpenStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(log)), "log");
        var runs = new List<SupervisedDiagnosis>();
        source.Read((_, scopes) =>
        {
            runs.Add(new SupervisedDiagnosis(RuleSet.Default, scopes));
            return runs[^1];
        });
        return ExporterTests.Write(Assert.Single(runs).Finish(), ReportFormat.Csv);
    }
}
