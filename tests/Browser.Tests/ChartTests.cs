using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TrainingDoctor.Tests.Reports;
using static Microsoft.Playwright.Assertions;

namespace TrainingDoctor.Tests.Browser;

/// <summary>What a reader does with the charts of a report, and what they show without a script and on paper.</summary>
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
    public async Task ADragZoomsAllChartsAndADoubleClickShowsTheWholeRun()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill(), height: 2400);
        var page = opened.Page;
        await LiveAsync(page, "Loss");
        Assert.Equal((0, 299), await EndsAsync(page, "Loss"));

        await DragAsync(page, "Loss", 0.25, 0.5);

        var (first, last) = await EndsAsync(page, "Loss");
        Assert.InRange(first, 65, 85);
        Assert.InRange(last, 140, 160);
        await LiveAsync(page, "Learning rate");
        Assert.Equal((first, last), await EndsAsync(page, "Learning rate"));
        var map = page.Locator("figure.heat").First;
        await map.ScrollIntoViewIfNeededAsync();
        await Expect(map.Locator("canvas")).ToBeVisibleAsync();
        await map.Locator(".plot").FocusAsync();
        await page.Keyboard.PressAsync("End");
        Assert.InRange(StepOf(await map.Locator(".readout").TextContentAsync()), last - 5, last + 5);

        await Chart(page, "Loss").Locator(".u-over").DblClickAsync();
        Assert.Equal((0, 299), await EndsAsync(page, "Loss"));
        Assert.Empty(opened.Complaints);
    }

    [BrowserFact]
    public async Task ButtonsAndKeysZoomToo()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var page = opened.Page;
        await LiveAsync(page, "Loss");
        await Expect(page.Locator("#zoom-all")).ToBeDisabledAsync();

        await page.Locator("#zoom-in").ClickAsync();
        var (first, last) = await EndsAsync(page, "Loss");
        Assert.InRange(last - first, 140, 160);
        await page.Locator("#zoom-all").ClickAsync();
        Assert.Equal((0, 299), await EndsAsync(page, "Loss"));

        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("+");
        Assert.Equal(0, (await EndsAsync(page, "Loss")).First);
        Assert.InRange((await EndsAsync(page, "Loss")).Last, 145, 155);
        await page.Keyboard.PressAsync("0");
        Assert.Equal((0, 299), await EndsAsync(page, "Loss"));
    }

    [BrowserFact]
    public async Task TheLogarithmIsAChoiceButNeverForScores()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Healthy());
        var loss = Chart(opened.Page, "Loss");
        await LiveAsync(opened.Page, "Loss");
        var toggle = loss.Locator("button.log");
        await Expect(toggle).ToHaveAttributeAsync("aria-pressed", "false");
        byte[] linear = await loss.Locator("canvas").ScreenshotAsync();

        await toggle.ClickAsync();

        await Expect(toggle).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.NotEqual(linear, await loss.Locator("canvas").ScreenshotAsync());
        await toggle.ClickAsync();
        Assert.Equal(linear, await loss.Locator("canvas").ScreenshotAsync());

        await using var scored = await browser.OpenAsync(SampleRun.Ill());
        await LiveAsync(scored.Page, "Score");
        await Expect(Chart(scored.Page, "Score").Locator("button.log")).ToBeHiddenAsync();
    }

    [BrowserFact]
    public async Task SmoothingLeavesTheRawCurveBehind()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var page = opened.Page;
        var canvas = await LiveAsync(page, "Loss");
        byte[] raw = await canvas.ScreenshotAsync();
        await Chart(page, "Loss").Locator(".plot").FocusAsync();
        await page.Keyboard.PressAsync("End");
        string before = await ReadoutAsync(page, "Loss");

        await page.Locator("#smoothing").EvaluateAsync("(slider) => { slider.value = 0.9; slider.dispatchEvent(new Event('input')); }");
        await page.EvaluateAsync("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");

        Assert.NotEqual(raw, await Chart(page, "Loss").Locator("canvas").ScreenshotAsync());
        await Chart(page, "Loss").Locator(".plot").FocusAsync();
        await page.Keyboard.PressAsync("End");
        string after = await ReadoutAsync(page, "Loss");
        Assert.DoesNotContain("smoothed", before, StringComparison.Ordinal);

        // The measured value is still told, and beside it the mean: 2.3 within the amplitude of 0.02 that the raw curve has.
        Assert.Equal(Value(before), Value(after));
        Assert.InRange(double.Parse(Smoothed().Match(after).Groups[1].Value, CultureInfo.InvariantCulture), 2.295, 2.305);

        static string Value(string text) => Regex.Match(text, "training loss ([0-9.]+)").Groups[1].Value;
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
    public async Task EpochsStandAlongTheBottomWhereTheyAreKnown()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var canvas = await LiveAsync(opened.Page, "Loss");
        byte[] steps = await canvas.ScreenshotAsync();

        await opened.Page.Locator("#axis").SelectOptionAsync("epoch");

        Assert.NotEqual(steps, await Chart(opened.Page, "Loss").Locator("canvas").ScreenshotAsync());
        Assert.Equal((0, 299), await EndsAsync(opened.Page, "Loss"));
        await using var without = await browser.OpenAsync(SampleRun.Healthy());
        await Expect(without.Page.Locator("#axis-label")).ToBeHiddenAsync();
    }

    /// <summary>Half of the steps, but not half of the time: 100 steps took 100 seconds, the other 200 took 400.</summary>
    [BrowserFact]
    public async Task TimeStandsAlongTheBottomWhereItIsKnown()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Timed());
        var page = opened.Page;
        await LiveAsync(page, "Loss");
        Assert.Equal(["Step", "Time"], await page.Locator("#axis option").AllTextContentsAsync());
        Assert.InRange(StepOf(await HoverAsync()), 148, 152);

        await page.Locator("#axis").SelectOptionAsync("time");

        // In the middle of 500 seconds stands step 175: 100 steps of a second and 75 of two.
        string text = await HoverAsync();
        Assert.InRange(StepOf(text), 172, 178);
        Assert.Matches("\\(time 0:04:[01][0-9]\\): training loss", text);
        Assert.Equal((0, 299), await EndsAsync(page, "Loss"));
        await DragAsync(page, "Loss", 0.6, 1);
        Assert.InRange((await EndsAsync(page, "Loss")).First, 195, 205);

        await using var without = await browser.OpenAsync(SampleRun.Healthy());
        await Expect(without.Page.Locator("#axis-label")).ToBeHiddenAsync();
        Assert.Empty(opened.Complaints);

        async Task<string> HoverAsync()
        {
            var over = Chart(page, "Loss").Locator(".u-over");
            await page.Mouse.MoveAsync(0, 0);
            var box = (await over.BoundingBoxAsync())!;
            await over.HoverAsync(new() { Position = new() { X = box.Width / 2, Y = box.Height / 2 } });
            return await ReadoutAsync(page, "Loss");
        }
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
    public async Task OutliersStandAtTheEdgeUntilTheyAreWantedWithinTheScale()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Spiked());
        var loss = Chart(opened.Page, "Loss");
        var canvas = await LiveAsync(opened.Page, "Loss");
        byte[] without = await canvas.ScreenshotAsync();

        await opened.Page.Locator("#outliers").CheckAsync();
        Assert.NotEqual(without, await loss.Locator("canvas").ScreenshotAsync());

        await using var still = await browser.OpenAsync(SampleRun.Spiked(), hasScript: false);
        Assert.Equal(["▲training loss: 900, step 100"], await Chart(still.Page, "Loss").Locator(".outside").AllTextContentsAsync());
        Assert.DoesNotContain(await Chart(still.Page, "Loss").Locator(".tick").AllTextContentsAsync(), tick => tick.Contains("00", StringComparison.Ordinal) && double.Parse(tick, NumberStyles.Any, CultureInfo.InvariantCulture) is >= 10 and < 1000 and not 100 and not 200 and not 300);
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

    [BrowserFact]
    public async Task AChosenThemeIsDrawnAndKept()
    {
        await using var opened = await browser.OpenAsync(SampleRun.Ill());
        var page = opened.Page;
        var canvas = await LiveAsync(page, "Loss");
        byte[] light = await canvas.ScreenshotAsync();

        await page.Locator("#theme").EvaluateAsync("button => button.click()");
        await page.EvaluateAsync("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
        byte[] dark = await canvas.ScreenshotAsync();
        Assert.NotEqual(light, dark);

        await page.ReloadAsync();
        Assert.Equal("dark", await page.EvaluateAsync<string>("document.documentElement.dataset.theme"));
        Assert.Equal("Light", await opened.Page.Locator("#theme").TextContentAsync());
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

    /// <summary>
    /// What is compared is what a chart draws, without its letters: lines, bands, dots, signs, axes and grid stand where the data say, on every machine, while the shapes of letters depend on its fonts.
    /// Set TRAINDOCTOR_ACCEPT=1 to take the pictures of this machine for right after a chart was changed on purpose.
    /// </summary>
    [BrowserTheory]
    [InlineData("Loss", ColorScheme.Light, 1400)]
    [InlineData("Loss", ColorScheme.Light, 400)]
    [InlineData("Loss", ColorScheme.Dark, 1400)]
    [InlineData("Loss", ColorScheme.Dark, 400)]
    [InlineData("Score", ColorScheme.Light, 1400)]
    [InlineData("Learning rate", ColorScheme.Light, 1400)]
    public async Task ChartsLookAsTheyWereAccepted(string title, ColorScheme scheme, int width)
    {
        string accepted = Path.Combine(Repository.Root, "tests", "Browser.Tests", "Accepted", FormattableString.Invariant($"{title.Replace(' ', '-')}-{scheme}-{width}.png").ToLowerInvariant());
        byte[] picture = await DrawnAsync(SampleRun.Ill(), title, scheme, width);
        if (TestEnvironment.Read("ACCEPT") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(accepted)!);
            await File.WriteAllBytesAsync(accepted, picture);
        }

        Assert.InRange(await DifferingAsync(picture, await File.ReadAllBytesAsync(accepted)), 0, Tolerance);
    }

    /// <summary>What the tolerance lets through must be less than any difference that a reader would see: another run, a dashed line more, a curve two pixels away.</summary>
    [BrowserFact]
    public async Task ThePicturesTellChartsApart()
    {
        byte[] picture = await DrawnAsync(SampleRun.Ill(), "Loss", ColorScheme.Light, 1400);

        Assert.InRange(await DifferingAsync(picture, await DrawnAsync(SampleRun.Ill(), "Loss", ColorScheme.Light, 1400)), 0, Tolerance / 10);
        Assert.InRange(await DifferingAsync(picture, await DrawnAsync(SampleRun.Ill(steps: 296), "Loss", ColorScheme.Light, 1400)), 2 * Tolerance, 1);
        Assert.InRange(await DifferingAsync(picture, await DrawnAsync(SampleRun.Ill(), "Loss", ColorScheme.Dark, 1400)), 0.5, 1);
    }

    /// <summary>The share of pixels that may differ. Edges of lines are smoothed a little differently from one version of the browser to the next, by less than a quarter of a colour's range, which is not counted at all; a curve that lies a pixel further off changes a hundredth.</summary>
    private const double Tolerance = 0.002;

    /// <summary>Draws a chart without its letters.</summary>
    private async Task<byte[]> DrawnAsync(DiagnosisReport report, string title, ColorScheme scheme, int width)
    {
        await using var opened = await browser.OpenAsync(report, scheme, width, begin: "CanvasRenderingContext2D.prototype.fillText = () => {};");
        var canvas = await LiveAsync(opened.Page, title);
        await opened.Page.Mouse.MoveAsync(0, 0);
        return await canvas.ScreenshotAsync();
    }

    private async Task<double> DifferingAsync(byte[] picture, byte[] other)
    {
        await using var blank = await browser.VisitAsync("about:blank");
        return await blank.Page.EvaluateAsync<double>(
            """
            async (pictures) => {
              const [a, b] = await Promise.all(pictures.map(async (picture) => {
                const image = new Image();
                image.src = `data:image/png;base64,${picture}`;
                await image.decode();
                const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
                const context = canvas.getContext("2d");
                context.drawImage(image, 0, 0);
                return context.getImageData(0, 0, image.width, image.height);
              }));
              if (a.width !== b.width || a.height !== b.height) { return 1; }
              let count = 0;
              for (let at = 0; at < a.data.length; at += 4) {
                if (Math.abs(a.data[at] - b.data[at]) + Math.abs(a.data[at + 1] - b.data[at + 1]) + Math.abs(a.data[at + 2] - b.data[at + 2]) > 96) { count++; }
              }
              return 4 * count / a.data.length;
            }
            """,
            new[] { Convert.ToBase64String(picture), Convert.ToBase64String(other) });
    }

    private static ILocator Chart(IPage page, string title) => page.Locator("#curves ~ .charts > figure").Filter(new() { Has = page.Locator("figcaption", new() { HasTextRegex = new Regex($"^{title}") }) });

    /// <summary>Brings a chart into view, where the script takes it over.</summary>
    private static async Task<ILocator> LiveAsync(IPage page, string title)
    {
        var chart = Chart(page, title);
        await chart.ScrollIntoViewIfNeededAsync();
        await Expect(chart.Locator("canvas")).ToBeVisibleAsync();
        return chart.Locator("canvas");
    }

    private static async Task<string> ReadoutAsync(IPage page, string title) => await Chart(page, title).Locator(".readout").TextContentAsync() ?? string.Empty;

    /// <summary>The first and the last step in view, as the keys find them.</summary>
    private static async Task<(int First, int Last)> EndsAsync(IPage page, string title)
    {
        await Chart(page, title).Locator(".plot").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        int first = StepOf(await ReadoutAsync(page, title));
        await page.Keyboard.PressAsync("End");
        int last = StepOf(await ReadoutAsync(page, title));
        await page.Keyboard.PressAsync("Escape");
        return (first, last);
    }

    private static async Task DragAsync(IPage page, string title, double from, double to)
    {
        var over = Chart(page, title).Locator(".u-over");
        await over.ScrollIntoViewIfNeededAsync();
        var box = (await over.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync((float)(box.X + (box.Width * from)), box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((float)(box.X + (box.Width * to)), box.Y + (box.Height / 2), new() { Steps = 5 });
        await page.Mouse.UpAsync();
    }

    private static int StepOf(string? readout) => int.Parse(Step().Match(readout ?? string.Empty).Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex("^step ([0-9,]+)")]
    private static partial Regex Step();

    [GeneratedRegex("smoothed ([0-9.]+)")]
    private static partial Regex Smoothed();

    [GeneratedRegex("/Type\\s*/Page\\b")]
    private static partial Regex Pages();
}
