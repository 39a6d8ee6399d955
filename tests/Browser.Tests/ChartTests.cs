using System.Text.RegularExpressions;
using TrainingDoctor.Tests.Reports;
using static Microsoft.Playwright.Assertions;
using static TrainingDoctor.Tests.Browser.ChartPage;

namespace TrainingDoctor.Tests.Browser;

/// <summary>What the charts of a report tell a reader, and what they show without a script and on paper.</summary>
[Trait("Speed", "Slow")]
public sealed partial class ChartTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
    [BrowserFact]
    public async Task WithoutAScriptTheCurvesAreInTheDocument()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill(), hasScript: false);
        var chart = Chart(opened.Page, "Loss");

        Assert.Equal(0, await opened.Page.Locator("canvas").CountAsync());
        Assert.True(await chart.Locator(".static .curves path.line").CountAsync() > 0);
        Assert.Contains("0", await chart.Locator(".static .tick").AllTextContentsAsync());
        Assert.True(await opened.Page.Locator("figure.heat .static .curves path").CountAsync() > 2);
        Assert.False(await opened.Page.Locator("#controls").IsVisibleAsync());

        // The drawing takes the width that it has, and its letters keep their size.
        var area = (await chart.Locator(".static .area").BoundingBoxAsync())!;
        var curve = (await chart.Locator(".static .curves path.line").First.BoundingBoxAsync())!;
        Assert.InRange(curve.Width, area.Width * 0.95, area.Width * 1.01);
    }

    [BrowserFact]
    public async Task TheCurveIsOnTheScreen()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var canvas = await LiveAsync(opened.Page, "Loss");

        // Pixels in the colour of the first curve, or all but so, where edges are soft.
        int coloured = await canvas.EvaluateAsync<int>("""
            (canvas) => {
              const [r, g, b] = getComputedStyle(document.documentElement).getPropertyValue("--s1").trim().match(/[0-9a-f]{2}/gi).map((part) => parseInt(part, 16));
              const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
              let count = 0;
              for (let at = 0; at < data.length; at += 4) { if (Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 24 && data[at + 3] > 200) { count++; } }
              return count;
            }
            """);

        Assert.True(coloured > 800, $"{coloured} pixels");
    }

    [BrowserFact]
    public async Task OneCursorStandsInAllChartsAndTellsEachItsOwnStep()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill(), height: 2400);
        var page = opened.Page;
        await LiveAsync(page, "Loss");
        await LiveAsync(page, "Score");
        var map = page.Locator("figure.heat").First;
        await map.ScrollIntoViewIfNeededAsync();
        await Expect(map.Locator("canvas")).ToBeVisibleAsync();

        var over = Chart(page, "Loss").Locator(".u-over");
        var box = (await over.BoundingBoxAsync())!;
        await over.HoverAsync(new() { Position = new() { X = box.Width * 100 / 299, Y = box.Height / 2 } });

        string loss = await ReadoutAsync(page, "Loss");
        Assert.Matches("^step 100 \\(epoch 3\\.3[0-9]*\\): training loss 2\\.[0-9]+ · validation loss 2\\.31 \\(step (89|119)\\)$", loss);
        Assert.Matches("^step 100 .*validation score 0\\.1 \\(step (89|119)\\)", await ReadoutAsync(page, "Score"));
        Assert.Matches("^step 100 .*fc[0-9]", await map.Locator(".readout").TextContentAsync() ?? string.Empty);
        Assert.True(await map.Locator(".cell").IsVisibleAsync());

        await page.Mouse.MoveAsync(0, 0);
        Assert.Equal(string.Empty, await ReadoutAsync(page, "Score"));
    }

    [BrowserFact]
    public async Task AHeatMapTellsTheValueUnderThePointerAndTheArrows()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var map = opened.Page.Locator("figure.heat").First;
        await map.ScrollIntoViewIfNeededAsync();
        await Expect(map.Locator("canvas")).ToBeVisibleAsync();
        await map.Locator(".u-over").HoverAsync();
        string text = await map.Locator(".readout").TextContentAsync() ?? string.Empty;
        Assert.Matches("^step [0-9]+ .*: fc[0-9]\\.weight [0-9]", text);

        await map.Locator(".plot").FocusAsync();
        await opened.Page.Keyboard.PressAsync("End");
        await opened.Page.Keyboard.PressAsync("ArrowUp");
        await opened.Page.Keyboard.PressAsync("ArrowUp");
        string upper = await map.Locator(".readout").TextContentAsync() ?? string.Empty;
        await opened.Page.Keyboard.PressAsync("ArrowDown");
        Assert.NotEqual(upper, await map.Locator(".readout").TextContentAsync());
    }

    [BrowserFact]
    public async Task HowTheNumbersOfALayerAreSpreadIsShownOverTime()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var map = opened.Page.Locator("details.spread figure", new() { HasText = "Outputs of fc1.relu" });
        await map.ScrollIntoViewIfNeededAsync();
        await Expect(map.Locator("canvas")).ToBeVisibleAsync();

        await map.Locator(".plot").FocusAsync();
        await opened.Page.Keyboard.PressAsync("End");

        // Of 270 + 90 numbers at the last step five are in the uppermost power.
        Assert.EndsWith(": ≥ 9.54e-7 0.01389", await map.Locator(".readout").TextContentAsync() ?? string.Empty, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task ValuesHaveTheirUnitsAndBareNumbersNone()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Timed(), height: 3000);
        var page = opened.Page;

        Assert.EndsWith(": time of a step 2 seconds", await LastAsync("Time per step"), StringComparison.Ordinal);
        Assert.EndsWith(": throughput 16 samples per second", await LastAsync("Throughput"), StringComparison.Ordinal);
        Assert.EndsWith(": memory of the process 1024 MiB", await LastAsync("Memory"), StringComparison.Ordinal);
        Assert.Matches(": training loss [0-9.]+$", await LastAsync("Loss"));
        Assert.Contains("memory of the process (MiB)", await Chart(page, "Memory").Locator(".legend").TextContentAsync() ?? string.Empty, StringComparison.Ordinal);

        async Task<string> LastAsync(string title)
        {
            await LiveAsync(page, title);
            await Chart(page, title).Locator(".plot").FocusAsync();
            await page.Keyboard.PressAsync("End");
            return await ReadoutAsync(page, title);
        }
    }

    [BrowserFact]
    public async Task FindingsAreNamedAboveTheCurveAndLeadToTheirCards()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var lane = opened.Page.Locator(".lanes a").First;
        await LiveAsync(opened.Page, "Loss");

        Assert.Matches("[a-z]+ [a-z]+", await lane.Locator("text").TextContentAsync() ?? string.Empty);
        await lane.Locator("text").ClickAsync();
        Assert.True(await opened.Page.Locator(".finding:target").CountAsync() == 1);

        // What ends before the part in view has no bar there.
        await opened.Page.Locator("#controls").ScrollIntoViewIfNeededAsync();
        await DragAsync(opened.Page, "Loss", 0.001, 0.02);
        Assert.Contains("hidden", await opened.Page.Locator(".lanes a").EvaluateAllAsync<string[]>("lanes => lanes.map((lane) => lane.getAttribute('visibility'))"));
    }

    [BrowserTheory]
    [InlineData("ill", 6)]
    [InlineData("healthy", 3)]
    [InlineData("not finite", 6)]
    public async Task OnPaperAReportTakesFewPages(string which, int most)
    {
        var report = which switch { "ill" => SampleRun.Ill(), "healthy" => SampleRun.Healthy(), _ => SampleRun.NonFinite() };
        await using var opened = await browser.OpenAsync(report);

        byte[] paper = await opened.Page.PdfAsync(new() { Format = "A4" });

        int pages = Pages().Count(System.Text.Encoding.Latin1.GetString(paper));
        Assert.InRange(pages, 1, most);
    }

    [GeneratedRegex("/Type\\s*/Page\\b")]
    private static partial Regex Pages();
}
