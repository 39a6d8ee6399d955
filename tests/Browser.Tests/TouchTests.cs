using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TrainingDoctor.Tests.Reports;
using static Microsoft.Playwright.Assertions;

namespace TrainingDoctor.Tests.Browser;

/// <summary>Charts under fingers, on a telephone: the browser is told of touches as a screen tells it, and makes of them what it makes of those.</summary>
[Trait("Speed", "Slow")]
public sealed partial class TouchTests(ChromiumBrowser browser) : IClassFixture<ChromiumBrowser>
{
    [BrowserFact]
    public async Task OneFingerReadsValues()
    {
        await using var opened = await OpenAsync();
        var chart = await Chart(opened.Page);
        var session = await opened.Page.Context.NewCDPSessionAsync(opened.Page);

        await TouchAsync(session, "touchStart", chart.At(0.25));
        int first = await StepAsync(opened.Page);
        await TouchAsync(session, "touchMove", chart.At(0.5));
        await TouchAsync(session, "touchMove", chart.At(0.75));

        // The browser hands moves on with its next frame.
        await Expect(Readout(opened.Page)).ToHaveTextAsync(new Regex("^step 2(1[5-9]|2[0-9]|3[0-5])"));
        int later = await StepAsync(opened.Page);
        await TouchAsync(session, "touchEnd");

        Assert.InRange(first, 65, 85);

        // The values stay when the finger is gone, and nothing was zoomed.
        Assert.Equal(later, await StepAsync(opened.Page));
        Assert.Equal((0, 299), await EndsAsync(opened.Page));
        Assert.Empty(opened.Complaints);
    }

    /// <summary>What lay under two fingers lies under them still.</summary>
    [BrowserFact]
    public async Task TwoFingersZoomAndADoubleTapShowsTheWholeRun()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        var chart = await Chart(page);
        var session = await page.Context.NewCDPSessionAsync(page);

        await TouchAsync(session, "touchStart", chart.At(0.4), chart.At(0.6));
        await TouchAsync(session, "touchMove", chart.At(0.3), chart.At(0.7));
        await TouchAsync(session, "touchMove", chart.At(0.2), chart.At(0.8));
        await TouchAsync(session, "touchEnd");

        // 0.4 to 0.6 of 300 steps are 120 to 180: over six tenths of the width, so that a hundred steps are seen.
        var (first, last) = await EndsAsync(page);
        Assert.InRange(first, 94, 106);
        Assert.InRange(last, 194, 206);

        // Both together to the right: earlier steps come into view.
        await TouchAsync(session, "touchStart", chart.At(0.3), chart.At(0.5));
        await TouchAsync(session, "touchMove", chart.At(0.5), chart.At(0.7));
        await TouchAsync(session, "touchEnd");
        Assert.InRange((await EndsAsync(page)).First, 74, 88);

        for (int tap = 0; tap < 2; tap++)
        {
            await TouchAsync(session, "touchStart", chart.At(0.5));
            await TouchAsync(session, "touchEnd");
        }

        Assert.Equal((0, 299), await EndsAsync(page));
        Assert.Empty(opened.Complaints);
    }

    /// <summary>A page full of charts must let itself be scrolled.</summary>
    [BrowserFact]
    public async Task AFingerThatGoesUpScrollsThePage()
    {
        await using var opened = await OpenAsync();
        var page = opened.Page;
        var chart = await Chart(page);
        var session = await page.Context.NewCDPSessionAsync(page);
        double before = await page.EvaluateAsync<double>("scrollY");

        var (x, y) = chart.At(0.5);
        await TouchAsync(session, "touchStart", (x, y));
        for (int move = 1; move <= 10; move++)
        {
            await TouchAsync(session, "touchMove", (x, y - (20 * move)));
        }

        await TouchAsync(session, "touchEnd");

        await page.WaitForFunctionAsync("before => scrollY - before > 80", before);
        Assert.Equal((0, 299), await EndsAsync(page));
    }

    private static async Task<Area> Chart(IPage page)
    {
        var chart = page.Locator("#curves ~ .charts > figure").First;
        await chart.ScrollIntoViewIfNeededAsync();
        await Expect(chart.Locator("canvas")).ToBeVisibleAsync();
        var box = (await chart.Locator(".u-over").BoundingBoxAsync())!;
        return new Area(box.X, box.Y, box.Width, box.Height);
    }

    private static Task TouchAsync(ICDPSession session, string type, params (double X, double Y)[] fingers) => session.SendAsync("Input.dispatchTouchEvent", new()
    {
        ["type"] = type,
        ["touchPoints"] = fingers.Select((finger, index) => new Dictionary<string, object> { ["x"] = finger.X, ["y"] = finger.Y, ["id"] = index }).ToArray(),
    });

    private static ILocator Readout(IPage page) => page.Locator("#curves ~ .charts > figure").First.Locator(".readout");

    private static async Task<int> StepAsync(IPage page) => int.Parse(Step().Match(await Readout(page).TextContentAsync() ?? string.Empty).Groups[1].Value, CultureInfo.InvariantCulture);

    private static async Task<(int First, int Last)> EndsAsync(IPage page)
    {
        await page.Locator("#curves ~ .charts > figure").First.Locator(".plot").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        int first = await StepAsync(page);
        await page.Keyboard.PressAsync("End");
        return (first, await StepAsync(page));
    }

    private Task<OpenPage> OpenAsync() => browser.OpenAsync(SampleRun.Ill(), width: 400, height: 800, hasTouch: true);

    [GeneratedRegex("^step ([0-9]+)")]
    private static partial Regex Step();

    private sealed record Area(double Left, double Top, double Width, double Height)
    {
        public (double X, double Y) At(double share) => (Left + (Width * share), Top + (Height / 2));
    }
}
