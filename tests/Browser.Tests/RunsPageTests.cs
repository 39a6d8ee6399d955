using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TrainingDoctor.Reports;
using TrainingDoctor.Tests.Reports;
using static Microsoft.Playwright.Assertions;

namespace TrainingDoctor.Tests.Browser;

/// <summary>The page of several runs: filter, sort, overlay, and what stays of them.</summary>
[Trait("Speed", "Slow")]
public sealed class RunsPageTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;

    [BrowserFact]
    public async Task RowsAreFilteredByWordsAndByVerdict()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await Expect(Shown(page)).ToHaveCountAsync(4);

        await page.Locator("#verdict").SelectOptionAsync("healthy");
        await Expect(Shown(page)).ToHaveCountAsync(1);
        await page.Locator("#verdict").SelectOptionAsync(string.Empty);
        await page.Locator("#find").FillAsync("SECOND");

        await Expect(Shown(page)).ToHaveCountAsync(1);
        await Expect(page.Locator("#shown")).ToHaveTextAsync("1 / 4");
        await Expect(Shown(page).Locator(".who")).ToContainTextAsync("second");
        AssertQuiet(opened);
    }

    [BrowserFact]
    public async Task RowsAreSortedBothWaysByNumbersAndNames()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;

        await Head(page, "best").ClickAsync();
        await AssertSortedAsync(isDown: false);
        await Head(page, "best").ClickAsync();
        await AssertSortedAsync(isDown: true);
        Assert.Equal("descending", await page.Locator("th[data-sort=best]").GetAttributeAsync("aria-sort"));
        await Head(page, "name").ClickAsync();
        string[] names = await page.Locator("tbody tr .who").EvaluateAllAsync<string[]>("cells => cells.map(cell => cell.dataset.value)");
        Assert.Equal(names.Order(StringComparer.OrdinalIgnoreCase), names);
        AssertQuiet(opened);

        async Task AssertSortedAsync(bool isDown)
        {
            double[] values = await page.Locator("tbody tr td[data-label='Best loss']").EvaluateAllAsync<double[]>("cells => cells.map(cell => cell.dataset.value).filter(value => value !== '').map(Number)");
            Assert.True(values.Length > 1);
            Assert.Equal(isDown ? values.OrderDescending() : values.Order(), values);
        }
    }

    [BrowserFact]
    public async Task ChosenRunsLieOverEachOtherAndStayChosen()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await Expect(page.Locator("#overlay")).ToBeHiddenAsync();

        await Pick(page, "first").CheckAsync();
        await Pick(page, "second").CheckAsync();

        await Expect(page.Locator("#legend li")).ToHaveCountAsync(2);
        await Expect(page.Locator("#canvas canvas")).ToBeVisibleAsync();
        await page.EvaluateAsync(Drawn);
        byte[] linear = await page.Locator("#canvas").ScreenshotAsync();
        await page.Locator("#log").CheckAsync();
        await page.EvaluateAsync(Drawn);
        Assert.NotEqual(linear, await page.Locator("#canvas").ScreenshotAsync());

        await page.Locator("#canvas").FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#values")).ToContainTextAsync("first");
        await page.Mouse.MoveAsync(0, 0);
        await page.Locator("#canvas .u-over").HoverAsync();
        await Expect(page.Locator("#values")).ToHaveTextAsync(new Regex("^step 1[45][0-9]: first 2\\.[0-9]+( \\(step [0-9]+\\))? · second 2\\.[0-9]+( \\(step [0-9]+\\))?$"));

        await page.ReloadAsync();
        await Expect(page.Locator("#legend li")).ToHaveCountAsync(2);
        await Expect(page.Locator("#log")).ToBeCheckedAsync();
        await Expect(Pick(page, "second")).ToBeCheckedAsync();
        await page.Locator("#none").ClickAsync();
        await Expect(page.Locator("#overlay")).ToBeHiddenAsync();
        AssertQuiet(opened);
    }

    /// <summary>The chart of many runs answers to the same hands as the charts of one.</summary>
    [BrowserFact]
    public async Task ADragZoomsTheChosenRunsAndADoubleClickShowsThemWhole()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await Pick(page, "first").CheckAsync();
        await Pick(page, "second").CheckAsync();
        var over = page.Locator("#canvas .u-over");
        await over.ScrollIntoViewIfNeededAsync();
        var (first, last) = await EndsAsync(page);
        Assert.InRange(first, 0, 1);
        Assert.InRange(last, 295, 299);

        var box = (await over.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 4), box.Y + 40);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 60, new() { Steps = 5 });
        await page.Mouse.UpAsync();

        (first, last) = await EndsAsync(page);
        Assert.InRange(first, 70, 80);
        Assert.InRange(last, 144, 154);

        // The part stays when runs come and go, and when the page is loaded anew.
        await Pick(page, "second").UncheckAsync();
        Assert.InRange((await EndsAsync(page)).Last, 144, 154);
        await page.ReloadAsync();
        Assert.InRange((await EndsAsync(page)).First, 70, 80);
        await Expect(page.Locator("#zoom-all")).ToBeEnabledAsync();

        await over.DblClickAsync();
        (first, last) = await EndsAsync(page);
        Assert.InRange(last - first, 294, 299);
        await Expect(page.Locator("#zoom-all")).ToBeDisabledAsync();
        AssertQuiet(opened);
    }

    [BrowserFact]
    public async Task TheChosenRunsAreSmoothedAndScoresHaveNoLogarithm()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        await Pick(page, "first").CheckAsync();
        await Expect(page.Locator("#log")).ToBeEnabledAsync();

        await page.Locator("#smoothing").EvaluateAsync("(slider) => { slider.value = 0.9; slider.dispatchEvent(new Event('input')); }");
        await page.Locator("#canvas").FocusAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("#values")).ToHaveTextAsync(new Regex("^step [0-9]+: first 2\\.[0-9]+, smoothed 2\\.[0-9]+"));

        await page.Locator("#curve").SelectOptionAsync("validation_accuracy");
        await Expect(page.Locator("#log")).ToBeDisabledAsync();
        AssertQuiet(opened);
    }

    /// <summary>Runs that were as fast in steps need not be so in time: each stands where its own clock says.</summary>
    [BrowserFact]
    public async Task ChosenRunsStandByStepsEpochsOrTime()
    {
        string path = Path.Combine(_folder, "timed.html");
        ReportExporters.Write([SampleRun.Timed(), SampleRun.Ill(name: "epochs")], path);
        await using var opened = await browser.VisitAsync(new Uri(path).AbsoluteUri, width: 1400);
        var page = opened.Page;
        string timed = SampleRun.Timed().Run.Name;
        await Pick(page, timed).CheckAsync();
        await Pick(page, "epochs").CheckAsync();
        Assert.Equal(["Step", "Epoch", "Time"], await page.Locator("#bottom option").AllTextContentsAsync());
        await AtEndAsync();
        await Expect(page.Locator("#values")).ToHaveTextAsync(new Regex($"^step 299: {timed} .* · epochs "));

        await page.Locator("#bottom").SelectOptionAsync("time");
        await AtEndAsync();
        await Expect(page.Locator("#values")).ToHaveTextAsync(new Regex($"^time 0:08:20: {timed} [0-9.]+$"));
        await Expect(page.Locator("#legend li").Filter(new() { HasText = "epochs" })).ToContainTextAsync("–");

        await page.Locator("#bottom").SelectOptionAsync("epoch");
        await AtEndAsync();
        await Expect(page.Locator("#values")).ToHaveTextAsync(new Regex("^epoch [0-9.]+: epochs [0-9.]+$"));
        await page.ReloadAsync();
        await Expect(page.Locator("#bottom")).ToHaveValueAsync("epoch");
        AssertQuiet(opened);

        async Task AtEndAsync()
        {
            await page.Locator("#canvas").FocusAsync();
            await page.Keyboard.PressAsync("End");
        }
    }

    /// <summary>What a browser has to lay out for a run is a row of a few elements and curves of a few hundred points, however long the run was.</summary>
    [BrowserFact]
    public async Task TwoHundredRunsAreARowOfFewElementsEach()
    {
        const int Many = 200;
        string path = Path.Combine(_folder, "many.html");
        await using (var writer = new StreamWriter(path))
        {
            new HtmlReportExporter().Write([.. Enumerable.Range(0, Many).Select(run => SampleRun.Ill(name: string.Create(CultureInfo.InvariantCulture, $"run-{run:D3}"), steps: run % 2 == 0 ? 200 : 2_000))], writer);
        }

        await using var opened = await browser.VisitAsync(new Uri(path).AbsoluteUri, width: 1400);
        var page = opened.Page;
        await Expect(Shown(page)).ToHaveCountAsync(Many);

        Assert.InRange(await page.EvaluateAsync<int>("Math.max(...[...document.querySelectorAll('table.runs tbody tr')].map(row => row.querySelectorAll('*').length))"), 8, 30);
        Assert.InRange(await page.EvaluateAsync<int>("Math.max(...JSON.parse(document.getElementById('runs-data').textContent).runs.flatMap(run => Object.values(run.curves)).map(curve => curve.steps.length))"), 100, 302);
        await page.Locator("#find").FillAsync("run-123");
        await Expect(Shown(page)).ToHaveCountAsync(1);
        await Pick(page, "run-123").CheckAsync();
        await Expect(page.Locator("#canvas canvas")).ToBeVisibleAsync();
        AssertQuiet(opened);
    }

    [BrowserFact]
    public async Task ARowLeadsToItsPageAndSaysWhatItSays()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        string told = await Row(page, "first").Locator(".says").InnerTextAsync();
        Assert.True(await Row(page, "first").Locator(".spark path.line").CountAsync() == 1);

        await Row(page, "first").Locator("a").ClickAsync();

        string headline = await page.Locator("h1").InnerTextAsync();
        Assert.StartsWith(headline, told, StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData(ColorScheme.Light, 1400)]
    [InlineData(ColorScheme.Dark, 1400)]
    [InlineData(ColorScheme.Light, 400)]
    public async Task NothingOverflowsAndNoSeriousViolationOfAccessibility(ColorScheme scheme, int width)
    {
        await using var opened = await OpenAsync(scheme, width);
        await Pick(opened.Page, "first").CheckAsync();

        Assert.True(await opened.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        var result = await opened.Page.RunAxe(new AxeRunOptions { ResultTypes = [ResultType.Violations] });
        var serious = result.Violations.Where(violation => violation.Impact is "serious" or "critical").ToList();
        Assert.True(serious.Count == 0, string.Join("\n", serious.Select(v => $"{v.Id}: {v.Help} – {string.Join(" | ", v.Nodes.Take(3).Select(node => node.Html))}")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private const string Drawn = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))";

    /// <summary>The first and the last step in view, as the keys find them.</summary>
    private static async Task<(int First, int Last)> EndsAsync(IPage page)
    {
        await page.Locator("#canvas").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        int first = await StepAsync();
        await page.Keyboard.PressAsync("End");
        return (first, await StepAsync());

        async Task<int> StepAsync() => int.Parse(Regex.Match(await page.Locator("#values").TextContentAsync() ?? string.Empty, "^step ([0-9]+)").Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private static ILocator Shown(IPage page) => page.Locator("tbody tr:not([hidden])");

    private static ILocator Row(IPage page, string name) => page.Locator("tbody tr").Filter(new() { Has = page.Locator($"td.who[data-value^='{name}']") });

    private static ILocator Pick(IPage page, string name) => Row(page, name).Locator(".pick input");

    private static ILocator Head(IPage page, string name) => page.Locator($"th[data-sort={name}] button");

    private static void AssertQuiet(OpenPage opened)
    {
        Assert.Empty(opened.Complaints);
        Assert.All(opened.Requests, request => Assert.StartsWith("file:", request, StringComparison.Ordinal));
    }

    private async Task<OpenPage> OpenAsync(ColorScheme scheme = ColorScheme.Light, int width = 1400)
    {
        string path = Path.Combine(_folder, "runs.html");
        ReportExporters.Write([SampleRun.Ill(name: "first"), SampleRun.Ill(name: "second", steps: 200), SampleRun.Healthy(), SampleRun.NonFinite()], path);
        return await browser.VisitAsync(new Uri(path).AbsoluteUri, scheme, width);
    }
}
