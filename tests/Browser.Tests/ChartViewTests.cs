using System.Globalization;
using System.Text.RegularExpressions;
using TrainingDoctor.Tests.Reports;
using static Microsoft.Playwright.Assertions;
using static TrainingDoctor.Tests.Browser.ChartPage;

namespace TrainingDoctor.Tests.Browser;

/// <summary>What a reader does with the charts of a report: which part of the run they show, along which axis, at which scale, how smooth.</summary>
[Trait("Speed", "Slow")]
public sealed partial class ChartViewTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
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

    [GeneratedRegex("smoothed ([0-9.]+)")]
    private static partial Regex Smoothed();
}
