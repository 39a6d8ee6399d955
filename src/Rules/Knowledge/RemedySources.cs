namespace TrainingDoctor.Knowledge;

/// <summary>The papers and articles that remedies cite.</summary>
internal static class RemedySources
{
    public const string Article = "Source article, training-trouble checklist";
    public const string ArticleSwitching = "Source article, switching rules";
    public const string He = "He et al. 2015, Delving Deep into Rectifiers";
    public const string Glorot = "Glorot and Bengio 2010, Understanding the difficulty of training deep feedforward neural networks";
    public const string Maas = "Maas et al. 2013, Rectifier nonlinearities improve neural network acoustic models";
    public const string Clevert = "Clevert et al. 2016, Fast and accurate deep network learning by exponential linear units";
    public const string Hendrycks = "Hendrycks and Gimpel 2016, Gaussian error linear units";
    public const string Ioffe = "Ioffe and Szegedy 2015, Batch normalization";
    public const string Ba = "Ba et al. 2016, Layer normalization";
    public const string Residual = "He et al. 2016, Deep residual learning";
    public const string Pascanu = "Pascanu et al. 2013, On the difficulty of training recurrent neural networks";
    public const string Goyal = "Goyal et al. 2017, Accurate, large minibatch SGD: warm-up";
    public const string Srivastava = "Srivastava et al. 2014, Dropout";
    public const string Loshchilov = "Loshchilov and Hutter 2019, Decoupled weight decay regularization";
    public const string Smith = "Smith 2017, Cyclical learning rates: range test";
    public const string Prechelt = "Prechelt 1998, Early stopping, but when?";
}
