using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TrainerClasses;

// Trainers as classes, asynchronous, with the parts in properties.
public sealed class LanguageModel : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _tokens;
    private readonly nn.Module<Tensor, Tensor>[] _blocks; //! TD7004
    private readonly LayerNorm _norm;
    private readonly Linear _head;

    public LanguageModel(long vocabulary, long width, int depth)
        : base("lm")
    {
        _tokens = nn.Embedding(vocabulary, width);
        _blocks = Enumerable.Range(0, depth).Select(_ => (nn.Module<Tensor, Tensor>)new Block(width)).ToArray();
        _norm = nn.LayerNorm(width);
        RegisterComponents();
        _head = nn.Linear(width, vocabulary); //! TD7004
    }

    public override Tensor forward(Tensor ids)
    {
        var h = _tokens.call(ids);
        foreach (var block in _blocks)
        {
            h = block.call(h);
        }

        return _head.call(_norm.call(h));
    }
}

public sealed class Block : nn.Module<Tensor, Tensor>
{
    private readonly Linear _up;
    private readonly Linear _down;
    private Linear? _lazy;

    public Block(long width)
        : base("block")
    {
        (_up, _down) = (nn.Linear(width, 4 * width), nn.Linear(4 * width, width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        _lazy ??= nn.Linear(input.shape[^1], input.shape[^1]); //! TD7004
        var h = nn.functional.gelu(_up.call(input));
        h = nn.functional.dropout(_down.call(h), p: 0.1); //! TD9507
        return input + _lazy.call(h);
    }
}

public sealed class Trainer
{
    private readonly LanguageModel _model;

    private readonly optim.lr_scheduler.LRScheduler _schedule;

    public Trainer(LanguageModel model, int epochs)
    {
        _model = model;
        Optimizer = optim.AdamW(model.parameters(), 3e-4);
        Criterion = nn.CrossEntropyLoss();
        _schedule = optim.lr_scheduler.CosineAnnealingLR(Optimizer, epochs);
    }

    public optim.Optimizer Optimizer { get; }

    public CrossEntropyLoss Criterion { get; }

    public async Task FitAsync(IAsyncEnumerable<(Tensor ids, Tensor next)> batches, IReadOnlyList<(Tensor ids, Tensor next)> validation, int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            _model.train();
            await foreach (var (ids, next) in batches) //! TD2005
            {
                using var scope = NewDisposeScope();
                var logits = _model.call(ids);
                var loss = Criterion.call(logits.view(-1, logits.shape[2]), next.view(-1));
                loss.backward();
                nn.utils.clip_grad_norm_(_model.parameters(), 1.0);
                Optimizer.step();
                _schedule.step(); //! TD9504
            }

            double sum = 0;
            _model.eval();
            foreach (var (ids, next) in validation)
            {
                using var scope = NewDisposeScope();
                var logits = _model.call(ids); //! TD9503
                sum += Criterion.call(logits.view(-1, logits.shape[2]), next.view(-1)).item<float>();
            }
        }
    }

    public double Perplexity(IReadOnlyList<(Tensor ids, Tensor next)> testSet)
    {
        double sum = 0;
        using (no_grad())
        {
            foreach (var (ids, next) in testSet)
            {
                using var scope = NewDisposeScope();
                var logits = _model.call(ids); //! TD6006
                sum += Criterion.call(logits.view(-1, logits.shape[2]), next.view(-1)).item<float>();
            }
        }

        return Math.Exp(sum);
    }
}

public sealed class Regressor
{
    public nn.Module<Tensor, Tensor> Net { get; set; } = nn.Sequential(nn.Linear(5, 16), nn.Tanh(), nn.Linear(16, 1));

    public void Fit(Tensor x, Tensor y, Device device)
    {
        var optimizer = optim.SGD(Net.parameters(), 0.01, momentum: 0.9);
        Net.to(device); //! TD7004
        var total = zeros(1);
        for (int i = 0; i < 500; i++)
        {
            using var d = NewDisposeScope();
            var prediction = Net.call(x);
            var loss = (prediction - y).pow(2).mean();
            optimizer.step(); //! TD9501
            optimizer.zero_grad();
            loss.backward();
            total += loss; //! TD9505
        }
    }

    public void FitWithWeights(Tensor x, Tensor y, Tensor w)
    {
        var optimizer = optim.SGD(Net.parameters(), 0.01);
        var history = new float[500];
        for (int i = 0; i < history.Length; i++)
        {
            using var d = NewDisposeScope();
            var loss = ((Net.call(x) - y).pow(2) * w).mean();
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            history[i] = loss.item<float>();
        }
    }
}

public static class Vision
{
    public static void Targets(nn.Module<Tensor, Tensor> net, Tensor images, Tensor masks, Tensor labels)
    {
        var bce = nn.BCEWithLogitsLoss();
        var binary = masks.gt(0.5);
        bce.call(net.call(images), binary).backward(); //! TD1006
        bce.call(net.call(images), masks.gt(0.5).to_type(ScalarType.Float32)).backward();
        var ce = nn.CrossEntropyLoss();
        ce.call(net.call(images), labels.to_type(ScalarType.Int16)).backward(); //! TD1006
        ce.call(net.call(images), labels.argmax(1)).backward();
        var targets = nn.functional.one_hot(labels, 10);
        nn.functional.cross_entropy(net.call(images), targets).backward(); //! TD1006
    }

    public static nn.Module<Tensor, Tensor> Build(int classes)
    {
        var layers = new List<nn.Module<Tensor, Tensor>>();
        for (int i = 0; i < 3; i++)
        {
            layers.Add(nn.Conv2d(i == 0 ? 3 : 16, 16, 3));
            layers.Add(nn.GroupNorm(4, 16)); //! TD5008
            layers.Add(nn.ReLU());
        }

        layers.Add(nn.Flatten());
        layers.Add(nn.Linear(16 * 26 * 26, classes));
        layers.Add(nn.Softmax(1));
        var net = nn.Sequential(layers);
        var criterion = nn.CrossEntropyLoss();
        using var loss = criterion.call(net.call(randn(2, 3, 32, 32)), zeros(2, dtype: ScalarType.Int64)); //! TD7001
        return net;
    }
}
